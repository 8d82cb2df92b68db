# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may answer for whom: the whole table."""

from itertools import product

import pytest

from mail.trust import Action, Evidence, judge


def evidence(
    *, token: bool = True, own: bool = True, auth: bool = False, for_owner: bool = True, lone: bool = True
) -> Evidence:
    return Evidence(token, own, auth, for_owner, lone)


@pytest.mark.parametrize(
    ("given", "action"),
    [
        (evidence(), Action.APPLY),
        (evidence(auth=True), Action.APPLY),
        (evidence(own=False, auth=True), Action.APPLY_ALIAS),
        (evidence(own=False), Action.APPLY_UNVERIFIED),
        (evidence(for_owner=False), Action.APPLY_ALIAS),
        (evidence(for_owner=False, lone=False), Action.ASK),
        (evidence(for_owner=False, own=False), Action.ASK),
        (evidence(for_owner=False, own=False, auth=True), Action.ASK),
        (evidence(token=False), Action.DROP),
        (evidence(token=False, auth=True), Action.APPLY),
        (evidence(token=False, auth=True, for_owner=False), Action.DROP),
    ],
)
def test_each_row_of_the_table(given: Evidence, action: Action) -> None:
    verdict = judge(given)

    assert verdict.action is action
    assert verdict.why


def test_without_a_token_only_the_invited_address_itself_counts_and_only_vouched_for() -> None:
    for own, auth, for_owner, lone in product((True, False), repeat=4):
        given = evidence(token=False, own=own, auth=auth, for_owner=for_owner, lone=lone)

        assert judge(given).action is (Action.APPLY if own and auth and for_owner else Action.DROP)


def test_an_answer_for_another_address_counts_for_an_alias_of_the_invited_one_only() -> None:
    for own, auth, lone in product((True, False), repeat=3):
        action = judge(evidence(own=own, auth=auth, for_owner=False, lone=lone)).action

        assert action is (Action.APPLY_ALIAS if own and lone else Action.ASK)


def test_a_strict_policy_asks_before_a_stranger_counts() -> None:
    assert judge(evidence(own=False), trust_strangers=False).action is Action.ASK
    assert judge(evidence(), trust_strangers=False).action is Action.APPLY
