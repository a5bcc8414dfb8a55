"""Information Delivery Specifications written for tests."""

from __future__ import annotations

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
TEXT = "<{0}><simpleValue>{1}</simpleValue></{0}>"


def specification(name: str, ifc_class: str, usage: str, requirement: str = "", **attributes: str) -> str:
    """A specification; `usage` is required, optional or prohibited."""
    low, high = {"required": ("1", "unbounded"), "optional": ("0", "unbounded"), "prohibited": ("0", "0")}[
        usage
    ]
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    version = "" if "ifcVersion" in attributes else ' ifcVersion="IFC4"'
    return (
        f'<specification name="{name}"{version}{said}>\n'
        f'<applicability minOccurs="{low}" maxOccurs="{high}"><entity>{TEXT.format("name", ifc_class)}'
        f"</entity></applicability>\n{requirement}</specification>\n"
    )


def ids(*specifications: str) -> str:
    """A whole file."""
    return (
        f'{HEAD}<ids xmlns="http://standards.buildingsmart.org/IDS" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">\n<info><title>消防</title></info>\n'
        f"<specifications>\n{''.join(specifications)}</specifications></ids>\n"
    )
