"""What is blank: a text in which nobody sees anything. One definition, for Python and, through `BLANK`, for the database's guards.

`str.strip` knows the blanks of Unicode but no character without width, and SQL's `TRIM` the space alone: a document number of such
characters would pass for one.
"""

from typing import Final

_RANGES: Final = (
    # Controls, tab and line ends among them.
    (0x0000, 0x001F),
    (0x007F, 0x009F),
    # White_Space (Unicode 15.1, PropList.txt) beyond them.
    (0x0020, 0x0020),
    (0x00A0, 0x00A0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    # Default_Ignorable_Code_Point (DerivedCoreProperties.txt), as far as assigned: no width, no ink.
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0001, 0xE0001),
    (0xE0020, 0xE007F),
    (0xE0100, 0xE01EF),
    # A cell of Braille without a dot; marks that only programs read.
    (0x2800, 0x2800),
    (0xFFF9, 0xFFFB),
)

BLANK: Final = "".join(chr(code) for first, last in _RANGES for code in range(first, last + 1))
"""Every character that counts as nothing, each once."""


def is_blank(text: str) -> bool:
    """Whether a text is empty or of nothing but blanks, controls and characters without ink."""
    return not text.strip(BLANK)


def trimmed(text: str) -> str:
    """The text without what is blank at its ends; empty where nobody sees anything."""
    return text.strip(BLANK)
