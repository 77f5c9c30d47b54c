"""Numbers in text formats."""


def plain(number: float, digits: int = 4) -> str:
    """A number without an exponent and without zeros at its end."""
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
