"""Entity tags as RFC 9110 has them."""

from __future__ import annotations

from apps.accounts.rest import etags


def test_a_tag_is_the_bodys_own() -> None:
    assert etags.tag_of(b"one") == etags.tag_of(b"one") != etags.tag_of(b"two")
    assert etags.tag_of(b"")[0] == etags.tag_of(b"")[-1] == '"'


def test_a_client_has_it_when_one_of_its_tags_fits_weak_or_strong() -> None:
    tag = etags.tag_of(b"one")
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        assert etags.has_it(header, tag), header
    for none in (None, "", '"other"', tag.strip('"')):
        assert not etags.has_it(none, tag), none


def test_a_change_is_refused_only_where_the_client_names_another_version() -> None:
    tag = etags.tag_of(b"one")
    assert not etags.saw_another(None, tag)
    assert not etags.saw_another("*", tag)
    assert not etags.saw_another(f'"other", {tag}', tag)
    assert etags.saw_another('"other"', tag)
    assert etags.saw_another("nonsense", tag)
