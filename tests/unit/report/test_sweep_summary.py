import pytest
from rich.console import Console

from kingmaker.report.sweep import print_summary
from kingmaker.sweep.summary import Group

NAMES = ("endorsement_cue", "runoff_turnout_ratio", "obedience", "spatial_weight", "backlash")


@pytest.mark.parametrize("n_names", range(6))
@pytest.mark.parametrize("behaviour", ["neutral", "endorse:peretz=herzog+extra-week"])
def test_nothing_is_cut_off_at_eighty_columns(n_names, behaviour):
    values = {name: 0.125 * (k + 1) for k, name in enumerate(NAMES[:n_names])}
    groups = [
        Group("il-labor-2011", word, "", values, 100, 3, 50, 97, 48.5, 24.5)
        for word in ("historical", behaviour)
    ]
    console = Console(width=80, record=True)
    print_summary(groups, console)
    text = console.export_text()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    told = "".join(text.split())
    for word in ("historical", behaviour, "il-labor-2011", "0.52", "0.5000", *values):
        # A heading stands in lines above each other, so that only its parts are looked for.
        assert all("".join(part.split()) in told for part in word.split("_")), word
    for value in values.values():
        assert told.count(f"{value:.4g}") >= 2


def test_what_all_rows_share_is_left_out():
    groups = [Group("a", "neutral", off, {}, 4, 0, 2, 4, 2.0, 1.1) for off in ("", "M15")]
    console = Console(width=80, record=True)
    print_summary(groups, console)
    text = console.export_text()
    assert "neutral" not in text
    assert "failed" not in text
    assert "nothing" in text
    assert "M15" in text
