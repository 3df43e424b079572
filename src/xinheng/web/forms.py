"""Declared forms: reading, redisplay and errors. No rules: what a value must be is said by the modules' operations.

A form never loses what was typed: values are kept as they came, also those that were refused. Two things cannot be kept,
by the browser's rules and for safety: a chosen file (its name is shown) and a password.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from xinheng.kernel.errors import XinhengError
from xinheng.web.parts import ReviewItem
from xinheng.web.sentences import in_page_language

if TYPE_CHECKING:
    File = UploadedFile[Any]
else:  # the class is generic for the type checker only
    File = UploadedFile

FieldKind = Literal[
    "text", "long", "date", "number", "code", "choice", "radio", "choices", "check", "file", "password", "hidden"
]
STEP = "_step"
Step = Literal["", "review", "confirm", "edit"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `choices` are (value, label) or (value, label, hint); `unit` stands behind the input; `width` is s, m or l;
    `blank` is what the review says where nothing was given and that means something."""

    name: str
    label: str
    kind: FieldKind = "text"
    hint: str = ""
    required: bool = True
    choices: tuple[tuple[str, ...], ...] = ()
    unit: str = ""
    width: Literal["s", "m", "l"] = "l"
    autocomplete: str = "off"
    max_length: int | None = None
    accept: str = ""
    blank: str = ""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with a field (`field` empty: with the whole form), in words, with the code for the help desk."""

    field: str
    message: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A form as declared: parts with a legend (empty: none) and fields."""

    key: str
    parts: tuple[tuple[str, tuple[Field, ...]], ...]

    def __post_init__(self) -> None:
        names = [item.name for item in self.fields]
        if len(set(names)) != len(names) or STEP in names:
            raise ValueError(f"form {self.key}: field names must be distinct and not {STEP}: {names}")

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in order."""
        return tuple(item for _legend, items in self.parts for item in items)

    def empty(self, **values: str) -> "Bound":
        """The form before anybody typed, with values to begin with."""
        return Bound(self, {name: [value] for name, value in values.items()})

    def read(self, request: HttpRequest) -> "Bound":
        """The form as sent. Values are kept letter for letter; unknown fields are left aside."""
        return self.read_data(request.POST, request.FILES)

    def read_data(self, data: QueryDict | Mapping[str, Any], files: Mapping[str, Any] | None = None) -> "Bound":
        """The same from any mapping; a QueryDict or MultiValueDict gives all values of a name."""
        names = {item.name for item in self.fields if item.kind != "file"}
        values = {name: _all(data, name) for name in names if name in data}
        chosen = {
            item.name: (files or {})[item.name]
            for item in self.fields
            if item.kind == "file" and item.name in (files or {})
        }
        return Bound(self, values, files=chosen, step=_step(data.get(STEP, "")))


def _all(data: QueryDict | Mapping[str, Any], name: str) -> list[str]:
    if isinstance(data, QueryDict):
        return [_plain(value) for value in data.getlist(name)]
    value = data[name]
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else [_plain(value)]


def _plain(value: object) -> str:
    """What was typed, without the one sign nobody can type and no database keeps."""
    return str(value).replace("\x00", "")


def _step(text: Any) -> Step:
    return text if text in {"review", "confirm", "edit"} else ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A form with what was typed and what is wrong with it."""

    spec: FormSpec
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    files: Mapping[str, File] = field(default_factory=dict)
    step: Step = ""

    def text(self, name: str) -> str:
        """What was typed into a field, without blanks around it; empty when nothing was."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """What was typed, letter for letter."""
        values = self.typed.get(name) or [""]
        return values[-1]

    def many(self, name: str) -> list[str]:
        """All values of a field of kind `choices`."""
        return list(self.typed.get(name, []))

    def file(self, name: str) -> File | None:
        """The file chosen."""
        return self.files.get(name)

    def values(self) -> dict[str, str]:
        """Name → stripped text of every field but files, for the operation's draft."""
        return {item.name: self.text(item.name) for item in self.spec.fields if item.kind != "file"}

    def with_errors(self, errors: Iterable[FieldError | XinhengError]) -> "Bound":
        """The same form with errors added. An error about a field the form does not have stands with the whole form."""
        known = {item.name for item in self.spec.fields}
        added = [replace(error, message=in_page_language(error.message)) for error in map(_as_field_error, errors)]
        kept = [error if error.field in known else replace(error, field="") for error in added]
        return replace(self, errors=(*self.errors, *kept))

    def require(self) -> "Bound":
        """The same form with an error for every required field left empty: presence is form, not law."""
        missing = [
            item for item in self.spec.fields if item.required and item.kind != "hidden" and not self._given(item)
        ]
        return self.with_errors(FieldError(item.name, _missing(item), "form.missing") for item in missing)

    def _given(self, item: Field) -> bool:
        return item.name in self.files if item.kind == "file" else any(value.strip() for value in self.many(item.name))

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    @property
    def status(self) -> int:
        """Status of the page that shows the form again: 422 with errors (htmx swaps it, too)."""
        return 200 if self.ok else 422

    @property
    def groups(self) -> list[tuple[str, list["BoundField"]]]:
        """Legend and fields of every part."""
        return [(legend, [self.field(item.name) for item in items]) for legend, items in self.spec.parts]

    def field(self, name: str) -> "BoundField":
        """One field ready to be shown. Raises: KeyError for a name the form does not have."""
        found = {item.name: item for item in self.spec.fields}[name]
        wrong = tuple(error for error in self.errors if error.field == name)
        return BoundField(found, tuple(self.many(name)), wrong, f"f-{self.spec.key}-{name}", name in self.files)

    @property
    def summary(self) -> list[tuple[str, FieldError]]:
        """The errors in the order of the fields, each with the id it leads to; those of the whole form first."""
        order = {item.name: index for index, item in enumerate(self.spec.fields)}
        ranked = sorted(self.errors, key=lambda error: order.get(error.field, -1))
        return [(self.field(error.field).first_id if error.field else "", error) for error in ranked]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Everything typed but passwords as pairs, for the review page to carry along."""
        kept = [item.name for item in self.spec.fields if item.kind not in {"file", "password"}]
        return [(name, value) for name in kept for value in self.many(name)]

    def review(self) -> tuple[ReviewItem, ...]:
        """The answers to check, with the words of choices; hidden fields and passwords are left out."""
        shown = [item for item in self.spec.fields if item.kind not in {"hidden", "password"}]
        return tuple(ReviewItem(item.label, self._in_words(item), field=item.name) for item in shown)

    def _in_words(self, item: Field) -> Any:
        if item.kind == "file":
            chosen = self.files.get(item.name)
            return chosen.name if chosen else ""
        if item.kind == "check":
            return bool(self.text(item.name))
        words = {choice[0]: choice[1] for choice in item.choices}
        written = [words.get(value, value) for value in self.many(item.name) if value.strip()]
        return "\n".join(f"{text} {item.unit}".strip() for text in written) or item.blank


def _as_field_error(error: FieldError | XinhengError) -> FieldError:
    if isinstance(error, FieldError):
        return error
    return FieldError(error.field or "", error.message, error.code)


def _missing(item: Field) -> str:
    if item.kind == "file":
        return _("请选择文件：“%(label)s”不能为空。") % {"label": item.label}
    if item.kind in {"choice", "radio", "choices", "check"}:
        return _("请选择“%(label)s”。") % {"label": item.label}
    return _("请填写“%(label)s”。") % {"label": item.label}


@dataclass(frozen=True, slots=True)
class BoundField:
    """One field as the template needs it."""

    field: Field
    typed: tuple[str, ...]
    errors: tuple[FieldError, ...]
    id: str
    file_chosen: bool = False

    @property
    def value(self) -> str:
        """What stands in the input; passwords are not given back."""
        return "" if self.field.kind == "password" or not self.typed else self.typed[-1]

    @property
    def options(self) -> list[dict[str, Any]]:
        """The choices with id, label, hint and whether chosen."""
        return [
            {
                "id": f"{self.id}-{index}" if index else self.id,
                "value": choice[0],
                "label": choice[1],
                "hint": choice[2] if len(choice) > 2 else "",
                "chosen": choice[0] in self.typed,
            }
            for index, choice in enumerate(self.field.choices)
        ]

    @property
    def first_id(self) -> str:
        """The id the summary leads to."""
        return self.id

    @property
    def described_by(self) -> str:
        """Ids of hint and error, for the screen reader."""
        names = [f"{self.id}-hint"] if self.field.hint else []
        return " ".join(names + ([f"{self.id}-error"] if self.errors else []))

    @property
    def input_mode(self) -> str:
        """The keyboard a telephone offers."""
        return {"number": "decimal", "date": "numeric"}.get(self.field.kind, "text")

    @property
    def fixed_unlisted(self) -> str:
        """A typed value that is none of the choices: shown as a further option, so that it is not lost."""
        values = {choice[0] for choice in self.field.choices}
        return self.value if self.field.kind == "choice" and self.value and self.value not in values else ""
