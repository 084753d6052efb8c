"""Infer scores with pyABC: JSON in, JSON out; run by its own interpreter.

In: ``linear`` and ``squares``, the slopes of the summaries on scores and on their squares less 1;
``observed``; ``sd`` of the summaries; ``seed``, ``population`` and ``epsilon`` of the sampler. The
prior of every score is standard normal. Out: mean and sd of each score's posterior.
"""

import json
import sys
import tempfile

import numpy as np
import pyabc


def main() -> None:
    problem = json.load(sys.stdin)
    linear, squares = np.array(problem["linear"]), np.array(problem["squares"])
    observed, sd = np.array(problem["observed"]), problem["sd"]
    names = [f"z{i}" for i in range(linear.shape[1])]
    # pyABC itself draws from this generator.
    np.random.seed(problem["seed"])  # noqa: NPY002, TID251
    noise = np.random.Generator(np.random.Philox(problem["seed"]))

    def simulate(parameters):
        z = np.array([parameters[name] for name in names])
        mean = linear @ z + squares @ (z * z - 1.0)
        return {"s": mean + sd * noise.standard_normal(mean.size)}

    def distance(one, other):
        return float(np.sqrt((((one["s"] - other["s"]) / sd) ** 2).sum()))

    with tempfile.TemporaryDirectory() as folder:
        abc = pyabc.ABCSMC(
            simulate,
            pyabc.Distribution(**{name: pyabc.RV("norm", 0.0, 1.0) for name in names}),
            distance,
            population_size=problem["population"],
            sampler=pyabc.sampler.SingleCoreSampler(),
        )
        abc.new(f"sqlite:///{folder}/runs.db", {"s": observed})
        history = abc.run(minimum_epsilon=problem["epsilon"], max_nr_populations=12)
        draws, weights = history.get_distribution(m=0, t=history.max_t)
    values = draws[names].to_numpy()
    mean = weights @ values
    sds = np.sqrt(weights @ (values - mean) ** 2)
    json.dump({"mean": mean.tolist(), "sd": sds.tolist(), "version": pyabc.__version__}, sys.stdout)


main()
