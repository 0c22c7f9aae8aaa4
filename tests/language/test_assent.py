"""What is a plain yes, which places orders, and what only sounds like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import assent as rules
from apps.language import numbers
from apps.language.assent import Assent, assent, nothing_more
from apps.language.text import words

CALM = settings(max_examples=120, deadline=None)
YES = """
yes | Yes. | yeah | yep | yup | sure | okay | OK! | correct | right | exactly | perfect | alright | all right |
yes yes | yeah yeah yeah | uh yes | um, yeah | well yes | oh yes please | yes please | yes thank you very much |
yes sir | yes ma'am | yes that's right | that's right | that is correct | that's correct thanks | yes it is |
yes I am | it's all good | all good | sounds good | that sounds great | looks good to me | that works for me |
go ahead | yes go ahead | yeah go ahead and place the order | place the order please | please do | do it |
yes do it | send it | book it please | okay book it | of course | absolutely | definitely |
yes everything is right | you got it | fine | that's fine | confirmed | I confirm | yes I agree | sure thing |
do it right now | that's it | you bet | uh-huh | uh huh | sí | si claro | sí por favor | correcto | de acuerdo |
por supuesto | está bien | it is | it is yes | it does | yes it does | sure is | they are | that's what I wanted |
yes that is exactly what I would like thanks | that's what we ordered | yes that's what I'm having | that's my order |
you've got it thanks | yep no issues | yes no changes | okay good to go | I see everything is correct |
everything is there | everything looks great thanks for double checking | the details are right | yes this seems right
"""
NO = """
no | No! | nope | nah | no no no | no thank you | no thanks | no it's not | no that's wrong | that's wrong |
that's not right | no that's not correct | it isn't right | not good | wrong | incorrect | cancel it |
cancel that please | cancel the order | stop | wait | no wait | no stop | don't | don't do it |
it does not | do not place the order | please don't send it | never | no I'm fine | no I'm good | not now
"""
UNCLEAR = """
yes but make it two | yes and a coke | yes two | yes for seven | yes, no onions | yeah but no cheese | large |
pepperoni | two please | what | is that with cheese | how much is it | yes? | right? | okay? | correct? |
is that right | is it right | is that correct | is everything right | will that be good | can you do that |
can you do it now | do you do that | you sure | are you sure | right now | not yet | I'm good | I'm fine |
I am okay thanks | we're good | yes and | okay so | yes with | go ahead and | yeah just | right the | okay I |
yes I'm | yes no | no yes | no that's right | no that's fine | no go ahead | no place the order | yes wait |
okay stop | yes cancel it | yes don't send it | don't cancel | that's not wrong | uh | um | mm | hmm | mm hmm |
huh | thanks | thank you | please | I | the order | that's all | no that's it | is that all | all of it |
hello | change it | I said yesterday | noon | knowing | the right one | could be right | I don't know | maybe |
I think so | hold on | no problem | no changes | does it | does that look right | does everything seem right |
are they right | are you right |
is that what I wanted | that's what I said | that's what I want to change | what I wanted | it is not what I wanted |
it is large | I see | my order | that's my order but no cheese | good to go on what | that's what I had
"""


def each(table: str) -> list[str]:
    return [said.strip() for said in table.replace("\n", " ").split("|")]


@pytest.mark.parametrize("said", each(YES))
def test_a_plain_yes(said: str) -> None:
    assert assent(said) is Assent.YES


@pytest.mark.parametrize("said", each(NO))
def test_a_plain_no(said: str) -> None:
    assert assent(said) is Assent.NO


@pytest.mark.parametrize("said", [*each(UNCLEAR), "", "...", "?"])
def test_neither_a_yes_nor_a_no(said: str) -> None:
    assert assent(said) is Assent.UNCLEAR


# ---- whatever is said ------------------------------------------------------------------------------------

known = st.sampled_from(sorted(rules._YES | rules._NO | rules._FILLERS))
utterances = st.lists(known, min_size=1, max_size=5).map(" ".join)
agreed = st.sampled_from(each(YES))
content = st.one_of(
    st.integers(0, 200).map(numbers.say),
    st.integers(0, 200).map(str),
    st.sampled_from(
        ["pepperoni", "large", "but", "instead", "extra", "seven", "address", "when", "cheese", "question"]
    ),
    st.text(min_size=1, max_size=8),
).filter(lambda text: bool(set(words(text)) - rules._YES - rules._NO - rules._FILLERS))


@given(agreed, content, st.booleans())
@CALM
def test_a_yes_with_anything_further_in_it_is_none(said: str, more: str, before: bool) -> None:
    assert assent(f"{more} {said}" if before else f"{said} {more}") is Assent.UNCLEAR


@given(agreed, st.sampled_from(["no", "nope", "wait", "stop", "cancel", "don't", "wrong", "not"]), st.booleans())
@CALM
def test_a_yes_with_a_no_in_it_is_none(said: str, no: str, before: bool) -> None:
    assert assent(f"{no} {said}" if before else f"{said} {no}") is not Assent.YES


@given(utterances, st.sampled_from([str.upper, str.title, lambda text: text.replace(" ", ", ") + "!"]))
@CALM
def test_how_it_is_written_does_not_matter(said: str, written: object) -> None:
    assert callable(written)
    assert assent(written(said)) is assent(said)


@given(utterances)
@CALM
def test_a_question_is_never_a_yes(said: str) -> None:
    assert assent(said + "?") is Assent.UNCLEAR


@given(st.text())
@CALM
def test_whatever_is_said_gets_an_answer(said: str) -> None:
    assert assent(said) in Assent
    assert nothing_more(said) in (True, False)


# ---- "anything else?" ------------------------------------------------------------------------------------

ENOUGH = """
no | no thanks | nope | nah I'm good | no that's all | that's all | that's all for now | that's it |
that'll be it | that's everything thank you | nothing else | nothing | no nothing else | nothing thanks |
no more | I'm good | I'm okay | I'm all set | we're good | we're all good | I'm done | just that |
that should do it | no that's right | no that's good | no that's perfect thanks | I think that's it |
no I think that's all | that will be all | no I'm fine | that's about it | eso es todo | nada más gracias |
no gracias
"""
MORE = """
yes | yes please | no pepperoni | no more cheese | that's all wrong | just that one | a coke | and a salad |
I'm good with pepperoni | that's it but make it large | nothing on the salad |  | wait | stop | no wait |
no yes | that's not right | no and | no? | what else do you have | no wait a salad | okay |
nothing else on that pizza
"""


@pytest.mark.parametrize("said", each(ENOUGH))
def test_nothing_more_is_wanted(said: str) -> None:
    assert nothing_more(said)


@pytest.mark.parametrize("said", each(MORE))
def test_something_more_may_be_wanted(said: str) -> None:
    assert not nothing_more(said)
