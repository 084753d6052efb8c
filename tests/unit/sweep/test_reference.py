from kingmaker.sweep.experiment_file import Design, Experiment
from kingmaker.sweep.reference import experiment_file_reference
from tests.architecture.source_files import PACKAGE


def test_the_committed_page_is_fresh():
    page = PACKAGE / "docs" / "reference" / "experiment-file.md"
    fresh = experiment_file_reference()
    assert page.read_text(encoding="utf-8") == fresh, "make docs writes it anew"


def test_every_key_and_kind_is_described():
    page = experiment_file_reference()
    for name, field in {**Experiment.model_fields, **Design.model_fields}.items():
        assert f"| `{name}` |" in page
        assert field.description
    for kind in ("grid", "latin-hypercube", "sobol", "morris", "list", "posterior"):
        assert f"| `{kind}` |" in page
