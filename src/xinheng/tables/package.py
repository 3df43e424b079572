"""The parts of an XLSX around its sheets: relations, sheet list, date system, date styles, shared strings."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from xinheng.tables.archive import Archive, xml_parser
from xinheng.tables.cells import is_date_format, unescape
from xinheng.tables.limits import MIB, Limits
from xinheng.tables.refusals import FileCode, RefusedFile
from xinheng.tables.values import DateSystem

_MACRO_MARKS = ("vbaproject", "xl/macrosheets/", "xl/activex/", "vbadata", "xl/dialogsheets/")
# An empty string and its place in the table take as much as fourteen characters.
_OVERHEAD_CHARS = 14
_EXTERNAL_MARKS = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name, the member that holds it, whether it is shown."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Package:
    """What must be known before cells can be read. `date_styles` holds the numbers of cell styles that show a date."""

    sheets: tuple[SheetPart, ...]
    date_system: DateSystem
    date_styles: frozenset[int]
    strings: tuple[str, ...]


def local(name: str) -> str:
    """The name without its prefix; SpreadsheetML is told apart by local names, in both its namespaces."""
    return name.rpartition(":")[2]


def read_package(archive: Archive, limits: Limits) -> Package:
    """Judge and read everything but the sheets.  Raises: RefusedFile F01, F03, F04, F06."""
    _refuse_by_name(archive)
    archive.refuse_dangerous()
    _refuse_external_relations(archive)
    workbook = _workbook_part(archive)
    relations = {key: (kind, target) for key, kind, target, _ in _relations(archive, workbook)}
    sheets, system = _read_workbook(archive, workbook, relations)
    parts = {kind.rpartition("/")[2]: target for kind, target in relations.values()}
    styles = parts.get("styles")
    strings = parts.get("sharedStrings")
    return Package(
        sheets=sheets,
        date_system=system,
        date_styles=_read_styles(archive, styles) if styles and styles in archive.names else frozenset(),
        strings=_read_strings(archive, strings, limits) if strings and strings in archive.names else (),
    )


def _refuse_by_name(archive: Archive) -> None:
    names = [name.lower() for name in archive.names]
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise RefusedFile(
            FileCode.NOT_WHAT_IT_SAYS, "这是压缩文件，但不是 Excel 工作簿（.xlsx）。请上报工作簿本身，不要打包。"
        )
    if any(mark in name for name in names for mark in _MACRO_MARKS) or _declares_macros(archive):
        raise RefusedFile(FileCode.MACROS, "工作簿带有宏或控件，不予读取。请另存为「Excel 工作簿（.xlsx）」后再上报。")
    if any(name.startswith(mark) for name in names for mark in _EXTERNAL_MARKS):
        raise _external()
    if not any(name.endswith("workbook.xml") for name in names):
        raise RefusedFile(FileCode.NOT_WHAT_IT_SAYS, "不支持这种工作簿（如 .xlsb）。请另存为 .xlsx 后再上报。")


def _declares_macros(archive: Archive) -> bool:
    found = []
    types = next(name for name in archive.names if name.lower() == "[content_types].xml")
    _elements(archive, types, lambda _, a: found.append("macroenabled" in a.get("ContentType", "").lower()))
    return any(found)


def _external() -> RefusedFile:
    return RefusedFile(
        FileCode.EXTERNAL, "工作簿引用了其他文件或外部数据连接。请断开链接（数据 → 编辑链接），只保留值，再上报。"
    )


def _elements(archive: Archive, part: str, handle: Callable[[str, dict[str, str]], object]) -> None:
    parser = xml_parser()
    parser.StartElementHandler = lambda name, attributes: handle(local(name), attributes)
    archive.parse(part, parser)


def _relations(archive: Archive, part: str) -> list[tuple[str, str, str, bool]]:
    """Id, kind, target member and whether it lies outside, of every relation of a part."""
    folder, name = posixpath.split(part)
    found: list[tuple[str, str, str, bool]] = []

    def handle(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship":
            target = attributes.get("Target", "")
            inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            outside = attributes.get("TargetMode", "").lower() == "external"
            found.append((attributes.get("Id", ""), attributes.get("Type", ""), inside, outside))

    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations in archive.names:
        _elements(archive, relations, handle)
    return found


def _refuse_external_relations(archive: Archive) -> None:
    """A hyperlink is text to click and allowed; anything else outside would be fetched."""
    for name in archive.names:
        if not name.lower().endswith(".rels"):
            continue
        part = posixpath.join(posixpath.dirname(posixpath.dirname(name)), posixpath.basename(name)[: -len(".rels")])
        for _, kind, _, outside in _relations(archive, part):
            if outside and not kind.endswith("/hyperlink"):
                raise _external()


def _workbook_part(archive: Archive) -> str:
    for _, kind, target, _ in _relations(archive, ""):
        if kind.endswith("/officeDocument"):
            return target
    return "xl/workbook.xml"


def _read_workbook(
    archive: Archive, part: str, relations: dict[str, tuple[str, str]]
) -> tuple[tuple[SheetPart, ...], DateSystem]:
    sheets: list[SheetPart] = []
    systems = [DateSystem.FROM_1900]

    def handle(element: str, attributes: dict[str, str]) -> None:
        if element == "workbookPr" and attributes.get("date1904", "0").lower() in ("1", "true", "on"):
            systems.append(DateSystem.FROM_1904)
        if element == "sheet":
            key = next((value for name, value in attributes.items() if local(name) == "id" and ":" in name), "")
            kind, target = relations.get(key, ("", ""))
            if kind.endswith("/worksheet"):
                sheets.append(
                    SheetPart(attributes.get("name", ""), target, attributes.get("state", "") in ("", "visible"))
                )

    _elements(archive, part, handle)
    return tuple(sheets), systems[-1]


def _read_styles(archive: Archive, part: str) -> frozenset[int]:
    formats: dict[int, str] = {}
    styles: list[int] = []
    inside: list[str] = []
    parser = xml_parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        element = local(name)
        if element == "cellXfs":
            inside.append(element)
        elif element == "numFmt":
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif element == "xf" and inside:
            styles.append(int(attributes.get("numFmtId", 0)))

    def end(name: str) -> None:
        if local(name) == "cellXfs":
            inside.clear()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    archive.parse(part, parser)
    return frozenset(index for index, key in enumerate(styles) if is_date_format(key, formats.get(key)))


def _read_strings(archive: Archive, part: str, limits: Limits) -> tuple[str, ...]:
    reader = _Strings(limits)
    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.data
    archive.parse(part, parser)
    return tuple(reader.strings)


class _Strings:
    """Collects `<si>`: its own text or its rich runs, without phonetic hints."""

    def __init__(self, limits: Limits) -> None:
        self.strings: list[str] = []
        self._limits = limits
        self._held = 0
        self._parts: list[str] = []
        self._taking = False
        self._phonetic = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        element = local(name)
        if element == "si":
            self._parts = []
        elif element == "rPh":
            self._phonetic = True
        elif element == "t":
            self._taking = not self._phonetic

    def data(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)
            self._check(len(text))

    def end(self, name: str) -> None:
        element = local(name)
        if element == "t":
            self._taking = False
        elif element == "rPh":
            self._phonetic = False
        elif element == "si":
            text = unescape("".join(self._parts))
            self._check(_OVERHEAD_CHARS)
            self.strings.append(text)

    def _check(self, chars: int) -> None:
        # Four bytes a character is the worst Python makes of text.
        self._held += 4 * chars
        if self._held > self._limits.text_bytes:
            raise RefusedFile(
                FileCode.OVER_LIMIT, f"工作簿的文字超过 {self._limits.text_bytes // MIB} MB。请分成几个文件再上报。"
            )
