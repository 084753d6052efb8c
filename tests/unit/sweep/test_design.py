import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kingmaker.contest.load import load_contest
from kingmaker.parameters import PARAMETERS, prior_quantile
from kingmaker.sweep.design import n_samples, samples_of
from kingmaker.sweep.experiment_file import Design
from tests.unit.files.fake_records import fake_contest


def samples(base=None, contests=None, **keys):
    return samples_of(Design.model_validate(keys), contests or [fake_contest()], base)


def test_without_a_design_there_is_one_sample():
    found = samples_of(None, [fake_contest()], None)
    assert found.values.shape == (1, 1, 0)
    assert n_samples(None) == 1


def test_a_grid_has_all_combinations_the_last_name_fastest():
    found = samples(
        kind="grid", parameters={"spatial_weight": [1, 0.5], "obedience": [0.2, 0.4, 0.6]}
    )
    assert found.names == ("obedience", "spatial_weight")
    assert found.values[0].tolist() == [
        [0.2, 1.0], [0.2, 0.5], [0.4, 1.0], [0.4, 0.5], [0.6, 1.0], [0.6, 0.5],
    ]  # fmt: skip


def test_minus_zero_is_zero():
    found = samples(kind="grid", parameters={"leader_momentum": [-0.0]})
    assert not np.signbit(found.values).any()


def test_a_latin_hypercube_has_one_point_in_every_slice():
    found = samples(
        kind="latin-hypercube",
        points=10,
        parameters={"obedience": [0.2, 0.7], "spatial_weight": "prior"},
    )
    low = np.sort(np.floor((found.values[0, :, 0] - 0.2) / 0.05))
    assert low.tolist() == list(range(10))
    values = np.sort(found.values[0, :, 1])
    edges = [prior_quantile(PARAMETERS["spatial_weight"], "members", k / 10) for k in range(11)]
    assert all(edges[k] <= values[k] <= edges[k + 1] for k in range(10))


def test_ranges_that_are_priors_follow_the_kind_of_contest():
    contests = [load_contest("il-labor-2011"), load_contest("us-chi-2023")]
    found = samples(
        contests=contests,
        kind="sobol",
        points=8,
        parameters={"runoff_turnout_ratio": "prior", "obedience": [0.2, 0.7]},
    )
    assert (found.values[0, :, 0] == found.values[1, :, 0]).all()
    assert (found.values[0, :, 1] != found.values[1, :, 1]).all()


def test_a_longer_sobol_sequence_begins_like_a_shorter_one():
    keys = {"kind": "sobol", "parameters": {"obedience": "prior", "spatial_weight": [0.5, 1.0]}}
    short, long = samples(points=8, **keys), samples(points=16, **keys)
    assert (long.values[0, :8] == short.values[0]).all()
    other = samples(points=8, design_seed=2, **keys)
    assert (other.values != short.values).any()


def test_a_list_leaves_what_is_absent_to_the_prior():
    found = samples(kind="list", rows=[{"obedience": 0.5}, {"spatial_weight": 1.0}, {}])
    assert found.names == ("obedience", "spatial_weight")
    assert np.isnan(found.values[0]).tolist() == [[False, True], [True, False], [True, True]]


def test_weighted_draws_are_kept_once_and_counted(tmp_path):
    columns = {"obedience": [0.5, 0.6, 0.7], "weight": [3.0, 0.0, 1.0]}
    pq.write_table(pa.table(columns), tmp_path / "draws.parquet")
    found = samples(tmp_path, kind="posterior", file="draws.parquet", points=8)
    assert found.is_draw
    assert found.names == ("obedience",)
    assert dict(zip(found.values[0, :, 0].tolist(), found.counts.tolist(), strict=True)) == {
        0.5: 6,
        0.7: 2,
    }
    everything = samples(tmp_path, kind="posterior", file="draws.parquet")
    assert everything.counts.sum() == 3


def test_morris_changes_one_parameter_at_a_time():
    pytest.importorskip("SALib", reason="pip install 'kingmaker[sensitivity]'")
    keys = {"obedience": [0.0, 0.9], "spatial_weight": "prior", "leader_momentum": [0.0, 0.3]}
    found = samples(kind="morris", trajectories=5, levels=4, parameters=keys)
    assert found.counts.sum() == 20
    names = ("leader_momentum", "obedience", "spatial_weight")
    assert found.names == names
    # Of the bits of SALib's matrices nothing is left: the values are the levels themselves.
    levels = [k / 3 for k in range(4)]
    assert set(found.values[0, :, 0].tolist()) <= {0.3 * u for u in levels}
    assert set(found.values[0, :, 1].tolist()) <= {0.9 * u for u in levels}
    fine = samples(kind="morris", trajectories=5, levels=100, parameters=keys)
    trajectories = fine.values[0].reshape(5, 4, 3)  # so many levels that none of them meet
    assert ((np.diff(trajectories, axis=1) != 0).sum(axis=2) == 1).all()
    ends = [prior_quantile(PARAMETERS["spatial_weight"], "members", u) for u in (0.025, 0.975)]
    assert ends[0] <= found.values[0, :, 2].min() < found.values[0, :, 2].max() <= ends[1]
    again = samples(kind="morris", trajectories=5, levels=4, parameters=keys)
    assert (again.values == found.values).all()
    other = samples(kind="morris", trajectories=5, levels=4, design_seed=2, parameters=keys)
    assert other.values.shape != found.values.shape or (other.values != found.values).any()
    assert n_samples(Design(kind="morris", trajectories=5, parameters=keys)) == 20
