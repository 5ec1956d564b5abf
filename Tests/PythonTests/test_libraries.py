"""Libraries of the system are opened when they are needed, and an error names one that is missing."""

import os
import subprocess
import sys

import pytest

import misfit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the libraries are linked")

LIBRARIES = ["libdnnl.so.2", "libdnnl.so.3", "libpng16.so.16", "libturbojpeg.so.0", "libcairo.so.2"]


def run(code, folder=None, **variables):
    """Returns what code prints in a new process; with a folder, the libraries cannot be opened there."""
    environment = {**os.environ, **variables}
    if folder is not None:
        for name in LIBRARIES:
            # The loader takes the first file of a name, and this one is no library.
            (folder / name).write_bytes(b"")
        environment["LD_LIBRARY_PATH"] = str(folder)
    code = "import misfit, numpy\nrows = numpy.random.default_rng(0).normal(size=(300, 8))\n" + code
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_model_is_read_without_any_of_them_and_scores_with_onednn_alone(tmp_path):
    code = """
def loaded():
    text = open("/proc/self/maps").read()
    return [name for name in ("dnnl", "png16", "turbojpeg", "cairo", "libX11", "libswift") if name in text]

model = misfit.load(PATH)
print(loaded())
model.score(rows)
print(loaded())
"""
    path = str(tmp_path / "model.misfit")
    misfit.fit([[float(i * j % 17) for j in range(8)] for i in range(300)], model="pca").save(path)
    assert run(code.replace("PATH", repr(path))) == "[]\n['dnnl']\n"


def test_networks_and_principal_components_need_no_onednn(tmp_path):
    code = """
notes = []
for model in ("pca", "wide", "autoencoder"):
    options = {"epochs": 3} if model == "autoencoder" else {}
    fitted = misfit.fit(rows, model=model, seed=1, log=notes.append, **options)
    print(f"{fitted.score(rows)['score'].mean():.4f}")
print(any("oneDNN is not installed" in note and "apt-get install libdnnl2" in note for note in notes))
"""
    hidden = run(code, tmp_path).split()
    installed = run(code).split()
    assert hidden[:-1] == installed[:-1]
    assert (hidden[-1], installed[-1]) == ("True", "False")


def test_onednn_may_be_another_file(tmp_path):
    code = """
misfit.fit(rows, model="pca").score(rows)
print(next((line.split()[-1] for line in open("/proc/self/maps") if "libdnnl" in line), None))
"""
    assert run(code, tmp_path) == "None\n"
    path = run(code).strip()
    assert run(code, tmp_path, MISFIT_ONEDNN=path).strip() == path


def test_an_error_names_the_package(tmp_path):
    code = """
try:
    misfit.fit(
        rows.reshape(-1, 4, 2, 1), model="autoencoder",
        options={"network": {"architecture": "conv 2 3 relu || conv 1 3"}},
    )
except misfit.MisfitError as error:
    print(error)
"""
    text = run(code, tmp_path)
    assert "oneDNN, which is not installed" in text
    assert "apt-get install libdnnl2" in text and "brew install" in text


def test_a_report_without_cairo_says_why_it_has_no_plots(tmp_path):
    code = """
import os
folder = misfit.fit(rows, model="pca").report(rows).folder
print(sorted(name for name in os.listdir(folder) if name.endswith(".png")))
print(open(os.path.join(folder, "report.html")).read().count("plots need Cairo, which is not installed"))
"""
    names, count = run(code, tmp_path).splitlines()
    assert names == "[]" and int(count) >= 1
    names, count = run(code).splitlines()
    assert names != "[]" and count == "0"
