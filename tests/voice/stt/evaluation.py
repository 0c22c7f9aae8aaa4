"""How well the embedded recogniser understands synthetic callers: `python -m tests.voice.stt.evaluation`.

Sentences here are written apart from the recogniser's own phrases, as somebody would order.
"""

from __future__ import annotations

from decimal import Decimal

from apps.menu.card import Card, Group, Item, Option, Variant
from apps.voice.speech import Expectation, Utterance
from apps.voice.stt import decoding, language_model
from apps.voice.stt import telephone as acoustics
from apps.voice.stt.embedded import cache
from apps.voice.tts import embedded, espeak


def _group(name: str, *options: str) -> Group:
    return Group(id=name, name=name, options=tuple(Option(id=o, name=o) for o in options))


def _item(name: str, category: str, *groups: Group, sizes: tuple[str, ...] = (), hint: str = "") -> Item:
    variants = tuple(Variant(id=size, name=size, price=Decimal(9)) for size in sizes)
    return Item(
        id=name,
        name=name,
        category=category,
        price=Decimal(9),
        variants=variants,
        groups=groups,
        pronunciation=hint,
    )


TOPPINGS = _group(
    "Toppings",
    "Mushrooms",
    "Onions",
    "Black Olives",
    "Green Peppers",
    "Bacon",
    "Ham",
    "Pineapple",
    "Extra Cheese",
    "Fresh Basil",
    "Jalapeños",
    "Anchovies",
)
CRUST = _group("Crust", "Thin Crust", "Thick Crust", "Gluten-Free Crust", "Stuffed Crust")
DRESSING = _group("Dressing", "Ranch", "Caesar", "Balsamic", "Blue Cheese")
PIZZA_SIZES = ("Small", "Medium", "Large")

PIZZERIA = Card(
    items=(
        *(
            _item(name, "Pizzas", TOPPINGS, CRUST, sizes=PIZZA_SIZES)
            for name in (
                "Margherita",
                "Pepperoni Pizza",
                "Hawaiian Pizza",
                "Quattro Formaggi",
                "Meat Lovers Pizza",
                "Veggie Supreme",
                "Diavola",
                "Prosciutto e Funghi",
            )
        ),
        *(
            _item(name, "Pasta", _group("Extras", "Parmesan", "Grilled Chicken"))
            for name in (
                "Spaghetti Carbonara",
                "Penne Arrabbiata",
                "Lasagna",
                "Fettuccine Alfredo",
                "Gnocchi",
            )
        ),
        _item("Caesar Salad", "Salads", DRESSING),
        _item("Garden Salad", "Salads", DRESSING),
        _item("Garlic Bread", "Sides", _group("Topping", "Cheese")),
        _item("Chicken Wings", "Sides", _group("Sauce", "Buffalo", "Barbecue", "Honey Mustard")),
        _item("Mozzarella Sticks", "Sides"),
        *(_item(name, "Desserts") for name in ("Tiramisu", "Cannoli", "Chocolate Cake")),
        *(_item(name, "Drinks") for name in ("Coke", "Diet Coke", "Sprite", "Lemonade", "Sparkling Water")),
    )
)

SUSHI = Card(
    items=(
        *(
            _item(name, "Rolls", _group("Changes", "Brown Rice", "Spicy Mayo", "Avocado", "Cucumber", "Wasabi"))
            for name in (
                "California Roll",
                "Spicy Tuna Roll",
                "Salmon Avocado Roll",
                "Dragon Roll",
                "Rainbow Roll",
                "Shrimp Tempura Roll",
                "Philadelphia Roll",
                "Eel Roll",
            )
        ),
        *(_item(name, "Nigiri") for name in ("Salmon Nigiri", "Tuna Nigiri", "Yellowtail Nigiri", "Unagi")),
        *(_item(name, "Starters") for name in ("Edamame", "Miso Soup", "Gyoza", "Seaweed Salad", "Agedashi Tofu")),
        _item("Tonkotsu Ramen", "Noodles", _group("Extras", "Soft Boiled Egg", "Chashu Pork", "Bamboo Shoots")),
        _item("Chicken Teriyaki", "Mains", _group("Side", "White Rice", "Brown Rice", "Noodles")),
        *(_item(name, "Drinks") for name in ("Green Tea", "Sake", "Asahi", "Ramune")),
    )
)

PIZZERIA_SENTENCES = (
    "hi there i was hoping to order two large pepperoni pizzas and a caesar salad for pickup",
    "can i please have one medium margherita with mushrooms and no onions",
    "i'd like a small hawaiian pizza and three diet cokes",
    "let me have the spaghetti carbonara with extra parmesan and a garlic bread with cheese",
    "give me one large veggie supreme on a gluten free crust please",
    "could you do a large meat lovers pizza with bacon but without ham",
    "and then also some chicken wings with honey mustard sauce",
    "no make that a large",
    "actually can you change the lasagna to the gnocchi",
    "please take the tiramisu off my order",
    "four sparkling waters and two lemonades thanks",
    "a medium quattro formaggi with fresh basil and a large diavola",
    "what's in the penne arrabbiata",
    "do you have anything without cheese",
    "yes that's right",
    "no thank you that will be everything",
    "yeah go ahead and place the order",
    "the name is rebecca",
    "my name's michael parker",
    "four one five five five five zero one seven three",
    "my phone number is six five zero five five five two three eight nine",
    "how long is it going to take",
    "i'll pick it up at seven thirty",
    "can i get mozzarella sticks and cannoli as well",
    "one small prosciutto e funghi with black olives",
    "two fettuccine alfredo and one garden salad with ranch",
    "sorry i said three not two",
    "no onions please",
    "extra cheese on the first one",
    "goodbye",
)
SUSHI_SENTENCES = (
    "hello i'd like to get two california rolls and one spicy tuna roll please",
    "can we have three miso soups an edamame and a seaweed salad",
    "one dragon roll with brown rice and no cucumber",
    "a tonkotsu ramen with a soft boiled egg and bamboo shoots",
    "i'll take the chicken teriyaki with white rice to go",
    "six salmon nigiri and four yellowtail nigiri",
    "could i add a shrimp tempura roll without avocado",
    "and two green teas and one sake",
    "could we reserve a table for five people on saturday at eight",
    "i need a table for two tomorrow at six forty five",
    "it's for anna under the name lopez",
    "can you make it half past seven instead",
    "do you deliver to pine street",
    "nope that's it thanks",
    "yes please",
    "no wait just one rainbow roll",
    "is the eel roll gluten free",
    "gyoza and an agedashi tofu please",
    "i have a peanut allergy",
    "what time do you close on sunday",
)
UNSEEN_SENTENCES = (
    "evening could you put me down for one large diavola and two caesar salads with balsamic",
    "i'm after a medium margherita please but leave off the basil",
    "let's go with the lasagna and a side of mozzarella sticks",
    "make one of those pizzas a small please",
    "we'll need five cokes and a lemonade with that",
    "thick crust on the hawaiian pizza please",
    "i don't eat ham so none of that",
    "would it be possible to get the gnocchi with grilled chicken",
    "barbecue sauce for the wings",
    "hang on i also need two chocolate cakes",
    "two small pepperoni pizzas one with bacon and one with pineapple",
    "yes all of that is correct",
    "nothing more for me thank you",
    "this is daniel cooper speaking",
    "eight zero five five five five one two four six",
    "we'd like a table on friday the ninth at quarter past six for three",
    "when can i come and get it",
    "could you swap the sprite for a diet coke",
    "how much for the large quattro formaggi",
    "okay thank you so much bye bye",
)
"""For the pizzeria, written after the first phrases; the kinds of sentence in it were then added to them."""
HELD_OUT_SENTENCES = (
    "could i trouble you for a large pepperoni pizza with jalapenos",
    "my wife wants the penne arrabbiata and i will have the veggie supreme in medium",
    "throw a garlic bread on there too",
    "skip the anchovies on the diavola",
    "let's make it two lemonades rather than one",
    "buffalo wings and a garden salad with blue cheese",
    "three small margheritas please one without basil",
    "six five zero five five five nine eight two one",
    "you can put it under jennifer",
    "that is exactly right thank you",
    "no that's the lot",
    "we are coming in around quarter to nine",
    "is there gluten in the gnocchi",
    "a stuffed crust hawaiian and a bottle of sparkling water",
    "the second pizza should be a small",
)
"""For the pizzeria, never used to improve the phrases: the figure to believe."""
VOICES = ("en-us+m3@145", "en-us+f2@150", "en-gb@150", "en-us@165", "en-us+m7@150")


def telephone(sentence: str, *, voice: espeak.Voice) -> bytes:
    """The sentence as µ-law, with the silence a call has around it."""
    sound: list[bytes] = []

    def take(chunk: bytes) -> bool:
        sound.append(chunk)
        return True

    embedded.render_mulaw(sentence, voice=voice, take=take)
    return b"\xff" * 4000 + b"".join(sound) + b"\xff" * 8000


def word_errors(expected: str, heard: str) -> int:
    """Words wrong, missing or added: Levenshtein's distance."""
    reference, words = expected.split(), heard.split()
    row = list(range(len(words) + 1))
    for number, word in enumerate(reference, 1):
        previous, row[0] = row[0], number
        for place, said in enumerate(words, 1):
            previous, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, previous + (word != said)),
            )
    return row[-1]


SETS = {
    "pizzeria": (PIZZERIA, PIZZERIA_SENTENCES),
    "sushi": (SUSHI, SUSHI_SENTENCES),
    "unseen": (PIZZERIA, UNSEEN_SENTENCES),
    "held out": (PIZZERIA, HELD_OUT_SENTENCES),
}


def listen(card: Card, sentences: tuple[str, ...], *, voice: str) -> list[tuple[str, str]]:
    """What was said and what the recogniser made of it, one call for all sentences."""
    shelf = decoding.Shelf(acoustics=acoustics.materialise(root=cache()))
    folder = language_model.write(card, root=cache()).model.parent
    listener = decoding.Listener(shelf=shelf, folder=folder)
    pairs = []
    for sentence in sentences:
        expected: Expectation = "digits" if sentence.count("five") > 2 else "anything"
        listener.expect(expected)
        sound = telephone(sentence, voice=embedded.voice_named(voice))
        reports = [r for start in range(0, len(sound), 480) for r in listener.hear(sound[start : start + 480])]
        pairs.append((sentence, " ".join(r.text for r in reports if isinstance(r, Utterance))))
    return pairs


def main() -> None:
    """Print the word error of each voice and set, and what went wrong."""
    for voice in VOICES:
        for name, (card, sentences) in SETS.items():
            pairs = listen(card, sentences, voice=voice)
            wrong = sum(word_errors(said, heard) for said, heard in pairs)
            words = sum(len(said.split()) for said, _ in pairs)
            print(f"{voice:14} {name:9} word error {100 * wrong / words:4.1f} %")
            for said, heard in pairs:
                if said != heard:
                    print(f"    {said}\n    {heard}\n")


if __name__ == "__main__":
    main()
