"""The type stubs declare what the module has."""

import ast
import inspect
import os

import pytest

import misfit
import misfit.sklearn

FOLDER = os.path.dirname(misfit.__file__)
READING = ["label", "id", "ignore", "data_options"]


def declared(file):
    with open(os.path.join(FOLDER, file), encoding="utf-8") as stub:
        return ast.parse(stub.read()).body


def functions(body, owner=""):
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield owner, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from functions(node.body, node.name)


def parameters(node):
    """The names of the parameters, with True for those that have a default."""
    plain = node.args.args
    given = [None] * (len(plain) - len(node.args.defaults)) + node.args.defaults
    pairs = [*zip(plain, given), *zip(node.args.kwonlyargs, node.args.kw_defaults)]
    return {
        argument.arg: value is not None
        for argument, value in pairs
        if argument.arg not in ("self", "cls")
    }


@pytest.mark.parametrize("module, file", [(misfit, "__init__.pyi"), (misfit.sklearn, "sklearn.pyi")])
def test_the_stubs_have_the_signatures_of_the_module(module, file):
    count = 0
    for owner, node in functions(declared(file)):
        scope = getattr(module, owner) if owner else module
        found = inspect.getattr_static(scope, node.name)
        if isinstance(found, property):
            continue
        signature = inspect.signature(getattr(scope, node.name)).parameters
        wanted = {
            name: value.default is not inspect.Parameter.empty
            for name, value in signature.items()
            if name not in ("self", "cls") and value.kind is not inspect.Parameter.VAR_KEYWORD
        }
        if "reading" in signature:
            wanted |= dict.fromkeys(READING, True)
        assert parameters(node) == wanted, (owner, node.name)
        count += 1
    assert count > 8


def test_the_stubs_declare_everything_public():
    names = {node.name for node in declared("__init__.pyi") if hasattr(node, "name")}
    assert set(misfit.__all__) <= names
    for kind in (misfit.Model, misfit.Table, misfit.Stream, misfit.Report):
        stub = next(
            node for node in declared("__init__.pyi") if getattr(node, "name", "") == kind.__name__
        )
        members = {getattr(node, "name", None) or node.target.id for node in stub.body}
        own = {name for name in vars(kind) if not name.startswith("_")}
        assert own <= members, kind
