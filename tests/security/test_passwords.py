"""Passwords."""

import pytest
from argon2 import PasswordHasher

from storefront.errors import Invalid
from storefront.security import passwords


@pytest.fixture(autouse=True)
def real_cost(quick_passwords: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost here what they cost in production."""
    monkeypatch.setattr(passwords, "_hasher", quick_passwords)


def test_a_hash_says_how_it_was_made_and_not_what_of() -> None:
    made = passwords.hashed("correct horse battery")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "horse" not in made
    assert made != passwords.hashed("correct horse battery")


def test_only_the_password_matches() -> None:
    made = passwords.hashed("correct horse battery")
    assert passwords.matches(made, "correct horse battery")
    assert not passwords.matches(made, "correct horse batterY")
    assert not passwords.matches(made, "")
    assert not passwords.matches(made, "x" * 100_000)


@pytest.mark.parametrize("stored", [None, "", "unusable", "$argon2id$broken"])
def test_nobodys_hash_matches_nothing(stored: str | None) -> None:
    assert not passwords.matches(stored, "correct horse battery")


def test_length_is_the_only_rule() -> None:
    passwords.check_new("aaaaaaaaaa")
    passwords.check_new("ключ от сарая")
    passwords.check_new("x" * 256)
    for refused in ("", "123456789", "x" * 257):
        with pytest.raises(Invalid):
            passwords.check_new(refused)


def test_a_hash_of_another_cost_is_to_be_renewed() -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    assert passwords.needs_rehash(cheap.hash("correct horse battery"))
    assert not passwords.needs_rehash(passwords.hashed("correct horse battery"))
