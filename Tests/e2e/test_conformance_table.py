"""docs/mcp-conformance.md: each test that its tables name exists, so that the document can't outlive what it claims."""

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "mcp-conformance.md"
# What never happens has no test; each such row says so.
UNTESTED = ["undeclared client capability is needed"]


def rows() -> list[list[str]]:
    """The cells of each row of each table, heads and rules left out."""
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[-1] not in ("test", "---")]


def swift_tests() -> dict[str, set[str]]:
    """The test functions of each suite."""
    suites: dict[str, set[str]] = {}
    for file in ROOT.glob("Tests/*Tests/*.swift"):
        text = file.read_text()
        # A function is a test when `@Test` stands before it with no other function between.
        found = set(re.findall(r"@Test\b(?:(?!\bfunc\b)[\s\S])*?\bfunc (\w+)", text))
        for suite in re.findall(r"@Suite\b[^\n]*(?:\n[^\n]*){0,3}?\bstruct (\w+)", text):
            suites.setdefault(suite, set()).update(found)
    return suites


def python_tests() -> dict[str, set[str]]:
    """The test functions of each file; a name that both folders have means either."""
    files: dict[str, set[str]] = {}
    for folder in ("e2e", "conformance"):
        for file in (ROOT / "Tests" / folder).glob("test_*.py"):
            tree = ast.parse(file.read_text())
            functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
            files.setdefault(file.stem, set()).update(name for name in functions if name.startswith("test_"))
    return files


def named_tests(cell: str) -> list[tuple[str, str | None]]:
    """Suites or files, each with a function or, for all of it, None."""
    found = []
    for group in cell.split(";"):
        place = None
        for name in group.split(","):
            if place is None or "." in name:
                place, _, function = name.strip().partition(".")
            else:
                # Of `Suite.one, two` the second belongs to the same suite.
                function = name.strip()
            found.append((place, function or None))
    return found


def missing(cell: str, tests: dict[str, set[str]]) -> list[str]:
    return [
        f"{place}.{function}" if function else place
        for place, function in named_tests(cell)
        if place not in tests or (function is not None and function not in tests[place])
    ]


@pytest.fixture(scope="module")
def tests():
    return {**swift_tests(), **python_tests()}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:60])
def test_row(row, tests):
    assert len(row) in (3, 4), "a cell too many or too few"
    if row[-1] == "-":
        assert row[0] in UNTESTED
        return
    assert missing(row[-1], tests) == []


def test_the_document_has_its_rows():
    assert len(rows()) > 75


@pytest.mark.parametrize(
    ("cell", "absent"),
    [
        ("HandshakeTests.agreed", []),
        ("HandshakeTests.agreed, newest; LineFramerTests; test_audit", []),
        ("HandshakeTests.agred", ["HandshakeTests.agred"]),
        ("HandshakeTests.agreed, newst", ["HandshakeTests.newst"]),
        ("HandshakTests.agreed", ["HandshakTests.agreed"]),
        ("HandshakeTests.agreed; newest", ["newest"]),
        ("test_audit.test_fields, test_nothing", ["test_audit.test_nothing"]),
        ("test_nothing", ["test_nothing"]),
        # A function of the file that is no test.
        ("PartsTests.texts", ["PartsTests.texts"]),
        ("", [""]),
    ],
)
def test_what_is_missing_is_found(cell, absent, tests):
    assert missing(cell, tests) == absent
