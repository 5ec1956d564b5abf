"""Runs the cells of a notebook, and writes it with their outputs, and as a page.

    python Tests/PythonTests/notebook.py notebooks-export/python/python.ipynb

Cells run in the folder of the notebook. Nothing of Jupyter is needed, and the same cells give the same file,
pictures aside, which depend on the version of Matplotlib.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import os
import sys


def run(cells: list[dict], folder: str) -> list[list[dict]]:
    """Returns the outputs of the code cells, which are run in order with the same variables."""
    import matplotlib

    matplotlib.use("Agg")
    variables: dict = {"__name__": "__main__"}
    before = os.getcwd()
    os.chdir(folder)
    try:
        return [_outputs("".join(cell["source"]), variables) for cell in cells if _is_code(cell)]
    finally:
        os.chdir(before)


def texts(outputs: list[dict]) -> list[str]:
    """Returns what outputs say as text, without that of pictures."""
    return [
        "".join(output["text"] if "text" in output else output["data"].get("text/plain", ""))
        for output in outputs
        if "image/png" not in output.get("data", {})
    ]


def _is_code(cell: dict) -> bool:
    return cell["cell_type"] == "code"


def _outputs(source: str, variables: dict) -> list[dict]:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, stdout = io.StringIO(), sys.stdout
    sys.stdout = printed
    value = None
    try:
        exec(compile(tree, "cell", "exec"), variables)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), variables)
    finally:
        sys.stdout = stdout
    outputs = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": _lines(printed.getvalue())})
    # As in Jupyter, a semicolon at the end hides the value.
    if value is not None and not source.rstrip().endswith(";"):
        outputs.append(_result(value))
    return outputs + _pictures()


def _result(value) -> dict:
    data = {"text/plain": _lines(repr(value))}
    if hasattr(value, "_repr_html_"):
        data["text/html"] = _lines(value._repr_html_())
    return {"output_type": "execute_result", "metadata": {}, "data": data}


def _pictures() -> list[dict]:
    from matplotlib import pyplot

    outputs = []
    for number in pyplot.get_fignums():
        buffer = io.BytesIO()
        figure = pyplot.figure(number)
        figure.savefig(buffer, format="png", dpi=100, bbox_inches="tight", metadata={"Software": None})
        pyplot.close(figure)
        picture = base64.b64encode(buffer.getvalue()).decode()
        outputs.append({"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}})
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _page(cells: list[dict], folder: str) -> str:
    """Returns the notebook as Markdown, and writes its pictures beside it."""
    blocks, pictures = [], 0
    for cell in cells:
        source = "".join(cell["source"])
        if not _is_code(cell):
            blocks.append(source)
            continue
        blocks.append(f"```python\n{source}\n```")
        for output in cell["outputs"]:
            picture = output.get("data", {}).get("image/png")
            if picture is None:
                blocks.append("```text\n" + texts([output])[0].rstrip("\n") + "\n```")
                continue
            pictures += 1
            with open(os.path.join(folder, f"picture-{pictures}.png"), "wb") as file:
                file.write(base64.b64decode(picture))
            title = cell["metadata"].get("title", "The picture of the cell above")
            blocks.append(f"![{title}](picture-{pictures}.png)")
    return "\n\n".join(blocks) + "\n"


def main(path: str) -> None:
    folder = os.path.dirname(os.path.abspath(path))
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    cells = notebook["cells"]
    results = iter(run(cells, folder))
    count = 0
    for cell in filter(_is_code, cells):
        count += 1
        cell["execution_count"] = count
        cell["outputs"] = next(results)
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
    with open(path, "w", encoding="utf-8") as file:
        json.dump(notebook, file, indent=1, ensure_ascii=False)
        file.write("\n")
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as file:
        file.write(_page(cells, folder))


if __name__ == "__main__":
    main(sys.argv[1])
