"""What is written into the log: every line without the numbers of people, wherever it comes from (an address, a library, a traceback)."""

import logging

from xinheng.kernel.masking import mask_identifiers


class Masked(logging.Formatter):
    """Masks identity numbers, mobile numbers and bank cards in a line as it is written, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole text of the record, masked; the record itself stays as it is for other handlers."""
        return mask_identifiers(super().format(record))
