"""What addresses are made of: the keys of rows, as no larger than a table can hold."""

from django.urls import register_converter


class KeyConverter:
    """The key of a row: digits of a number that a 64-bit column can hold. A longer one names nothing, and is no address."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The key as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The key as it stands in an address."""
        return str(value)


register_converter(KeyConverter, "key")
