"""Do messages move valences as written, and do attacks leave grudges?"""

import numpy as np
import pytest

from kingmaker.campaign.climate import Climate
from kingmaker.campaign.messages import THEMES, send_messages, standings
from kingmaker.population.setting import resolve
from tests.contest_builders import ADA, BEN, CY, STREAMS, medians, tiny, tiny_table


def setting_of(contest=None):
    return resolve(contest or tiny(), medians(), STREAMS)


def fresh():
    return Climate.fresh(np.zeros((2, 4)))


def test_how_well_themes_fit():
    """Electability 10 x, competence, both positions; 0.5 more for a theme one is known for."""
    fit = standings(setting_of(), np.array([0.06, -0.02, 0.0, 0.0]))
    assert THEMES == ("electability", "competence", "social-flag", "clean-politics")
    assert fit[ADA] == pytest.approx([0.6, 0.5, 0.8 + 0.5, 0.5])
    assert fit[BEN] == pytest.approx([-0.2, -0.2, -0.6, -0.4])


def test_a_day_of_messages_by_hand():
    """All torn voters of ada are torn with ben.

    Her advantages are 0, 0.7, 1.9, 0.9. G = (0.49 + 3.61 + 0.81) / 3.5 = 1.402857, and a day is
    worth 0.02 * G / (1 + G) = 0.0116766. He has none.
    """
    climate = fresh()
    marginal = np.zeros((4, 4), dtype=np.int64)
    marginal[ADA, BEN] = 7
    quiet = medians(message_effect=0.02, attack_rate=0.0)
    attacks = send_messages(setting_of(), climate, marginal, (ADA, BEN), quiet, STREAMS, -2, True)
    assert attacks == []
    assert climate.valence == pytest.approx([0.0116766, 0.0, 0.0, 0.0], abs=1e-6)
    assert (climate.grudge == 0.0).all()


def test_gains_are_weighed_by_where_the_torn_are():
    """cy has 30 voters torn with ada and 10 with ben.

    Competence 0.1 - (0.75 * 0.5 - 0.25 * 0.2) and the social flag are no gains; clean politics is
    0.7 - (0.75 * 0.5 - 0.25 * 0.4) = 0.425, and 0.02 * 0.425 / 1.425 = 0.0059649.
    """
    climate = fresh()
    marginal = np.zeros((4, 4), dtype=np.int64)
    marginal[CY, ADA], marginal[ADA, CY], marginal[BEN, CY] = 10, 20, 10
    quiet = medians(message_effect=0.02, attack_rate=0.0)
    send_messages(setting_of(), climate, marginal, (ADA, BEN, CY), quiet, STREAMS, -2, True)
    assert climate.valence[CY] == pytest.approx(0.0059649, abs=1e-6)


def test_who_is_alone_in_the_race_says_nothing():
    climate = fresh()
    loud = medians(message_effect=0.02, attack_rate=1.0)
    marginal = np.ones((4, 4), dtype=np.int64)
    assert send_messages(setting_of(), climate, marginal, (ADA,), loud, STREAMS, -2, True) == []
    assert (climate.valence == 0.0).all()


def test_who_has_no_advantage_gains_nothing():
    data = tiny_table()
    for candidate in data["candidates"]:
        candidate |= {"position": [0.1, 0.1, 0.0], "competence": 0.2, "themes": []}
    climate = fresh()
    quiet = medians(attack_rate=0.0)
    torn = np.ones((4, 4), dtype=np.int64)
    send_messages(setting_of(tiny(**data)), climate, torn, (0, 1, 2, 3), quiet, STREAMS, 0, True)
    assert climate.valence == pytest.approx([0.0] * 4, abs=1e-12)


def test_everybody_attacks_whoever_takes_most_of_his_marginal_voters():
    climate = fresh()
    marginal = np.zeros((4, 4), dtype=np.int64)
    marginal[ADA, CY], marginal[BEN, CY], marginal[BEN, ADA] = 9, 5, 8
    certain = medians(message_effect=0.0, attack_rate=1.0, attack_effect=0.03)
    attacks = send_messages(
        setting_of(), climate, marginal, (ADA, BEN, CY), certain, STREAMS, 0, True
    )
    assert attacks == [(ADA, CY), (BEN, ADA), (CY, ADA)]
    assert climate.valence == pytest.approx([-0.06, 0.0, -0.03, 0.0])
    assert climate.grudge[CY, ADA] == pytest.approx(0.1)
    assert climate.grudge[ADA, BEN] == climate.grudge[ADA, CY] == pytest.approx(0.1)
    assert climate.grudge.sum() == pytest.approx(0.3)


def test_attacks_leave_no_grudge_where_nobody_resents():
    climate = fresh()
    certain = medians(attack_rate=1.0)
    torn = np.ones((4, 4), dtype=np.int64)
    send_messages(setting_of(), climate, torn, (0, 1, 2, 3), certain, STREAMS, 0, False)
    assert (climate.grudge == 0.0).all()


def test_attacks_come_at_their_rate():
    """4 candidates, 400 days, 0.2 a day: 320 attacks, 4.5 standard errors are 72."""
    climate = fresh()
    torn = np.ones((4, 4), dtype=np.int64)
    setting, rate = setting_of(), medians(attack_rate=0.2)
    n = sum(
        len(send_messages(setting, climate, torn, (0, 1, 2, 3), rate, STREAMS, day, True))
        for day in range(400)
    )
    assert n == pytest.approx(320, abs=72)
