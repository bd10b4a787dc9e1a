#!/usr/bin/env python3
"""Man pages of the header, out of the XML that Doxygen makes of it: mcpauth(3), and a page for each call.

usage: tools/man_pages.py XML_DIRECTORY OUTPUT_DIRECTORY VERSION
"""
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

BLOCKS = {"programlisting", "table", "itemizedlist", "parameterlist", "simplesect", "para"}


def escaped(text):
    return text.replace("\\", "\\e").replace("-", "\\-")


def line(text):
    """A line of text, which must not begin like a request of roff."""
    text = re.sub(r"\s+", " ", text).strip()
    return "\\&" + text if text[:1] in {".", "'"} else text


def inline(element):
    """The element's text with bold and monospace as roff has them; blocks within it are left out."""
    parts = [escaped(element.text or "")]
    for child in element:
        if child.tag not in BLOCKS:
            within = inline(child)
            if child.tag in {"bold", "computeroutput"}:
                within = f"\\fB{within}\\fP"
            elif child.tag == "emphasis":
                within = f"\\fI{within}\\fP"
            elif child.tag in {"mdash", "ndash"}:
                within = "\\-"
            parts.append(within)
        parts.append(escaped(child.tail or ""))
    return "".join(parts)


def code(listing):
    lines = [code_text(source) for source in listing.iter("codeline")]
    return [".nf", ".RS 4", *("\\&" + escaped(text) if text else "" for text in lines), ".RE", ".fi"]


def code_text(element):
    text = element.text or ""
    for child in element:
        text += (" " if child.tag == "sp" else code_text(child)) + (child.tail or "")
    return text


def cells(table):
    """Each row as a paragraph: its first cell is the tag, the others follow under their headings."""
    rows = [[line(" ".join(inline(para) for para in entry.iter("para"))) for entry in row.iter("entry")]
            for row in table.iter("row")]
    head, *body = rows
    said = []
    for first, *rest in body:
        named = [f"{name}: {cell}" for name, cell in zip(head[1:], rest, strict=True) if cell]
        said += [".TP", f".B {first}", line("; ".join(named)) + "."]
    return said


def paragraphs(description):
    """The description's blocks, without parameters, result and version."""
    said = []
    for para in description.iter("para") if description is not None else ():
        text = line(inline(para))
        if text:
            said += [".PP", text]
        for child in para:
            if child.tag == "programlisting":
                said += [".PP", *code(child)]
            elif child.tag == "table":
                said += cells(child)
        for inside in list(para.iter("para"))[1:]:
            inside.clear()
    return said


def sections(description):
    """{"return": [...], "since": [...]} and the parameters, each taken out of the description."""
    found, parameters = {}, []
    for parent in list(description.iter()):
        for child in list(parent):
            if child.tag == "simplesect":
                found[child.get("kind")] = line(" ".join(inline(para) for para in child.iter("para")))
            elif child.tag == "parameterlist":
                for item in child.iter("parameteritem"):
                    name = item.find(".//parametername").text
                    parameters.append((name, line(inline(item.find("parameterdescription/para")))))
            else:
                continue
            child.clear()
            parent.remove(child)
    return found, parameters


def prototype(member):
    """The declaration as C has it, broken between its parameters so that the lines fit."""
    result = "".join(member.find("type").itertext())
    name, *parameters = re.split(r"\(|, ", f"{member.findtext('name')}{member.findtext('argsstring')};")
    lines = [f"{result}{'' if result.endswith('*') else ' '}{name}("]
    for number, parameter in enumerate(parameters):
        piece = parameter + ("" if number == len(parameters) - 1 else ",")
        if len(lines[-1]) + 1 + len(piece) > 72:
            lines.append("    " + piece)
        else:
            lines[-1] += (" " if number else "") + piece
    return lines


def header(name, version):
    return [f'.TH "{name}" 3 "" "libmcpauth {version}" "libmcpauth"']


def page(member, title, others, version):
    name = member.findtext("name")
    found, parameters = sections(member.find("detaileddescription"))
    brief = line(" ".join(inline(para) for para in member.find("briefdescription").iter("para"))).rstrip(".")
    said = [*header(name, version), ".SH NAME", f"{name} \\- {brief}", ".SH SYNOPSIS", ".nf", ".B #include <mcpauth.h>",
            ".sp", *(f".B \"{escaped(part)}\"" for part in prototype(member)), ".fi"]
    description = paragraphs(member.find("detaileddescription"))
    if description:
        said += [".SH DESCRIPTION", *description]
    if parameters:
        said += [".SH PARAMETERS"]
        for parameter, meaning in parameters:
            said += [".TP", f".I {parameter}", meaning]
    if "return" in found:
        said += [".SH RETURN VALUE", found["return"]]
    said += [".SH VERSIONS", f"Since libmcpauth {found['since']}.", ".SH SEE ALSO", ".BR mcpauth (3)"]
    near = [other for other in others if other != name]
    if near:
        said += [f"and, of {title}:", ", ".join(f"\\fB{other}\\fP(3)" for other in near)]
    return name, said


def overview(xml, groups, version):
    file = ElementTree.parse(xml / "mcpauth_8h.xml").getroot().find("compounddef")
    brief = line(" ".join(inline(para) for para in file.find("briefdescription").iter("para"))).rstrip(".")
    said = [*header("mcpauth", version), ".SH NAME", f"mcpauth \\- {brief}", ".SH SYNOPSIS", ".nf",
            ".B #include <mcpauth.h>", ".sp", "cc ... $(pkg\\-config \\-\\-cflags \\-\\-libs mcpauth)", ".fi",
            ".SH DESCRIPTION", *paragraphs(file.find("detaileddescription"))]
    for group in groups:
        said += [f'.SH "{group.findtext("title").upper()}"', *paragraphs(group.find("detaileddescription"))]
        for member in group.iter("memberdef"):
            summary = line(" ".join(inline(para) for para in member.find("briefdescription").iter("para")))
            if member.get("kind") == "function":
                said += [".TP", f".BR {member.findtext('name')} (3)", summary]
            elif member.get("kind") == "enum":
                for value in member.iter("enumvalue"):
                    meaning = " ".join(inline(para) for part in ("briefdescription", "detaileddescription")
                                       for para in value.find(part).iter("para"))
                    number = (value.findtext("initializer") or "").replace("= ", "")
                    said += [".TP", f".BR {value.findtext('name')} \" ({number})\"", line(meaning)]
    return said


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    xml, output, version = Path(sys.argv[1]), Path(sys.argv[2]) / "man3", sys.argv[3]
    output.mkdir(parents=True, exist_ok=True)
    index = ElementTree.parse(xml / "mcpauth_8h.xml").getroot().find("compounddef")
    groups = [ElementTree.parse(xml / f"{inner.get('refid')}.xml").getroot().find("compounddef")
              for inner in index.findall("innergroup")]
    if not groups:
        groups = sorted((ElementTree.parse(path).getroot().find("compounddef") for path in xml.glob("group__*.xml")),
                        key=lambda group: min(int(member.find("location").get("line"))
                                              for member in group.iter("memberdef")))
    pages = {"mcpauth": overview(xml, groups, version)}
    for group in groups:
        functions = [member for member in group.iter("memberdef") if member.get("kind") == "function"]
        names = [member.findtext("name") for member in functions]
        for member in functions:
            name, said = page(member, group.findtext("title").lower(), names, version)
            pages[name] = said
    for name, said in pages.items():
        (output / f"{name}.3").write_text("\n".join(said) + "\n")
    print(f"{len(pages)} man pages in {output}")


main()
