"""What the embedded model says, in English and Spanish: short, spoken, without prices of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from apps.language import dates, saying

LANGUAGES = ("en", "es")
_EN = {
    "greeting": "Hi! What can I get for you?",
    "start": "Sure. What would you like?",
    "open": "What can I get for you?",
    "more": "Anything else?",
    "echo": "{lines}. Anything else?",
    "removed": "Okay, I've taken that off.",
    "emptied": "Okay, I've cleared the order. What can I get for you?",
    "what_else": "Of course. What else would you like?",
    "which_item": "Which one would you like: {choices}?",
    "leave_out": "Shall I leave the {item} out?",
    "which_of": "Which {what} would you like? We have {choices}, among others.",
    "size": "Which size for the {item}: {choices}?",
    "choice": "Which {group} would you like for the {item}: {choices}?",
    "choice_long": "Which {group} would you like for the {item}? For example {choices}.",
    "quantity": "How many {item} would you like?",
    "name": "What name should I put the order under?",
    "change": "Okay, what would you like to change?",
    "again": "Let me read that back to you again.",
    "gone": "I'm sorry, {what} is not available right now.",
    "gone_for_now": "I'm sorry, {what} is {why}.",
    "instead": "Would you like something else instead?",
    "alternatives": "We do have {choices}.",
    "homeless": "I'm sorry, {what} doesn't go with that.",
    "not_here": "I'm sorry, I can't find {what} on our menu. What else can I get for you?",
    "placed": (
        "Thank you{name}. Your order is placed, number {number}. The total is {total}, ready at {ready}. "
        "Anything else I can do for you?"
    ),
    "booked": "You're booked for {when}. Your reference is {reference}. Anything else I can do for you?",
    "language": "Yes, I speak English and Spanish.",
    "robot": (
        "I'm an AI assistant that answers the phone here. I can take your order, book a table, or get you a person."
    ),
    "emergency": "If this is an emergency, please hang up and call 911. Shall I get a person here on the line?",
    "transferring": "One moment, I'll put you through.",
    "nobody": "I'm sorry, nobody can come to the phone right now. Someone will call you back. Is there anything else?",
    "ticket": "Thank you, I've passed that on and someone will get back to you. Is there anything else?",
    "goodbye": "Thank you for calling. Goodbye!",
    "welcome": "You're welcome. Anything else?",
    "sorry_0": "Sorry, I didn't catch that.",
    "sorry_1": "I'm sorry, I'm having trouble hearing you.",
    "sorry_2": "I'm sorry, I still didn't get that. Would you like me to get a person on the line?",
    "take_time": "Sure, take your time.",
    "nothing_yet": "You don't have anything in your order yet. What would you like?",
    "so_far": "So far I have {lines}. {question}",
    "open_now": "We're open now.",
    "closed_now": "We're closed right now.",
    "hours_day": "{day} we're open from {spans}.",
    "hours_all_day": "{day} we're open round the clock.",
    "hours_none": "{day} we're closed.",
    "address": "We're at {address}.",
    "phone": "Our number is {phone}.",
    "unknown_fact": "I'm sorry, I don't have that information. I can get a person for you if you like.",
    "discount": "I can't change prices or give discounts. The menu prices are what they are.",
    "menu_some": "We have {choices}.",
    "menu_many": "We have {choices}, and more.",
    "categories": "We have {choices}. What sounds good?",
    "price_one": "{item} is {price}.",
    "yes_have": "Yes, we have {choices}.",
    "nothing_found": "I'm sorry, I don't find that on our menu.",
    "dietary_none": "I don't see anything marked {what} on our menu.",
    "dietary_some": "Marked {what}, we have {choices}.",
    "allergen_contains": "{item} contains {what}.",
    "allergen_may": "{item} may contain {what}.",
    "allergen_unknown": "For {item} we have no information about {what}, so I can't say.",
    "allergen_list": "For {item} our list says: {what}. Anything else is unknown.",
    "allergen_person": "For allergies it's best to talk to a person. Shall I get one?",
    "allergy_noted": (
        "I'll put that on your order for the kitchen. For allergies it's best to talk to a person. Shall I get one?"
    ),
    "allergy_with_order": "I've noted the allergy for the kitchen.",
    "allergen_which": "Which dish are you asking about?",
    "about": "{item}: {what}",
    "about_none": "I have no further description of {item}.",
    "party": "For how many people?",
    "day": "For which day?",
    "clock": "At what time?",
    "half": "In the morning or in the evening?",
    "booking_name": "What name should I put the reservation under?",
    "slots": "I have {choices}. Which would you like?",
    "slot": "I have {choice}. Would that work?",
    "other": "Which other day or time would suit you?",
    "booking_dropped": "Okay, I won't book it. Anything else?",
    "no_slots": "I'm sorry, there is nothing free around that time. Would another day work?",
    "cannot_book": "I'm sorry, I can't book tables here.",
    "cannot_order": "I'm sorry, I can't take orders right now.",
    "errand_number": "What's the number of your order?",
    "errand_name": "And which name is it under?",
    "errand_day": "For which day is it?",
    "errand_instead": "How would you like it instead?",
    "errand_cancel": "Shall I cancel it?",
    "errand_change": "What would you like to change?",
    "errand_stands": "So far it is {lines}.",
    "changed_order": (
        "Order {number} is changed. The total is {total}, ready at {ready}. Anything else I can do for you?"
    ),
    "not_remembered": "I can't see what you had another time.",
    "errand_found": "I have a table for {party} on {when}.",
    "errand_none": "I'm sorry, I can't find that.",
    "errand_kept": "Okay, it stays as it is. Anything else?",
    "cancelled_order": "Your order is cancelled. Anything else?",
    "cancelled_booking": "Your reservation is cancelled. Anything else?",
}
_ES = {
    "greeting": "¡Hola! ¿Qué le pongo?",
    "start": "Claro. ¿Qué desea?",
    "open": "¿Qué desea?",
    "more": "¿Algo más?",
    "echo": "{lines}. ¿Algo más?",
    "removed": "De acuerdo, lo he quitado.",
    "emptied": "De acuerdo, he borrado el pedido. ¿Qué desea?",
    "what_else": "Claro. ¿Qué más desea?",
    "which_item": "¿Cuál desea: {choices}?",
    "leave_out": "¿Quito {item} del pedido?",
    "which_of": "¿Cuál desea? Tenemos {choices}, entre otros.",
    "size": "¿Qué tamaño para {item}: {choices}?",
    "choice": "¿Qué {group} desea para {item}: {choices}?",
    "choice_long": "¿Qué {group} desea para {item}? Por ejemplo {choices}.",
    "quantity": "¿Cuántos {item} desea?",
    "name": "¿A nombre de quién pongo el pedido?",
    "change": "De acuerdo, ¿qué desea cambiar?",
    "again": "Se lo repito.",
    "gone": "Lo siento, {what} no está disponible ahora.",
    "instead": "¿Desea otra cosa?",
    "alternatives": "Sí tenemos {choices}.",
    "homeless": "Lo siento, {what} no va con eso.",
    "not_here": "Lo siento, no encuentro {what} en la carta. ¿Qué más desea?",
    "placed": (
        "Gracias{name}. Su pedido está hecho, número {number}. El total es {total}, listo a {ready}. ¿Algo más?"
    ),
    "language": "Sí, hablo español e inglés.",
    "robot": "Soy un asistente de inteligencia artificial. Puedo tomar su pedido o pasarle con una persona.",
    "emergency": "Si es una emergencia, cuelgue y llame al 911.",
    "transferring": "Un momento, le paso.",
    "goodbye": "Gracias por llamar. ¡Adiós!",
    "welcome": "De nada. ¿Algo más?",
    "sorry_0": "Perdón, no le he entendido.",
    "sorry_1": "Lo siento, no le oigo bien.",
    "sorry_2": "Lo siento, sigo sin entender. ¿Le paso con una persona?",
    "take_time": "Claro, tómese su tiempo.",
    "nothing_yet": "Todavía no hay nada en su pedido. ¿Qué desea?",
    "so_far": "Hasta ahora tengo {lines}. {question}",
    "address": "Estamos en {address}.",
    "unknown_fact": "Lo siento, no tengo esa información. Puedo pasarle con una persona.",
    "menu_some": "Tenemos {choices}.",
    "menu_many": "Tenemos {choices} y más.",
    "categories": "Tenemos {choices}. ¿Qué le apetece?",
    "price_one": "{item}: {price}.",
    "yes_have": "Sí, tenemos {choices}.",
    "nothing_found": "Lo siento, no lo encuentro en la carta.",
    "party": "¿Para cuántas personas?",
    "day": "¿Para qué día?",
    "clock": "¿A qué hora?",
    "half": "¿Por la mañana o por la tarde?",
    "slot": "Tengo a {choice}. ¿Le va bien?",
    "slots": "Tengo {choices}. ¿Cuál prefiere?",
    "other": "¿Qué otro día u otra hora le va bien?",
    "booking_dropped": "De acuerdo, no lo reservo. ¿Algo más?",
    "booking_name": "¿A nombre de quién?",
    "gone_for_now": "Lo siento, ahora no hay {what}.",
    "booked": "Tiene su reserva para {when}. Su referencia es {reference}. ¿Algo más?",
    "nobody": "Lo siento, ahora nadie puede atenderle. Alguien le llamará. ¿Algo más?",
    "ticket": "Gracias, lo he pasado y alguien le llamará. ¿Algo más?",
    "open_now": "Estamos abiertos.",
    "closed_now": "Ahora estamos cerrados.",
    "hours_day": "{day} abrimos {spans}.",
    "hours_all_day": "{day} abrimos las veinticuatro horas.",
    "hours_none": "{day} estamos cerrados.",
    "phone": "Nuestro número es {phone}.",
    "discount": "No puedo cambiar precios ni hacer descuentos. Los precios son los de la carta.",
    "dietary_none": "En la carta no hay nada marcado como {what}.",
    "dietary_some": "Marcados como {what} tenemos {choices}.",
    "allergen_contains": "{item} contiene {what}.",
    "allergen_may": "{item} puede contener {what}.",
    "allergen_unknown": "De {item} no tenemos información sobre {what}, así que no puedo decirlo.",
    "allergen_list": "De {item} nuestra lista dice: {what}. Lo demás no se sabe.",
    "allergen_person": "Para alergias es mejor hablar con una persona. ¿Le paso?",
    "allergy_noted": "Lo anoto en su pedido para la cocina. Para alergias es mejor hablar con una persona. ¿Le paso?",
    "allergy_with_order": "He anotado la alergia para la cocina.",
    "allergen_which": "¿De qué plato me pregunta?",
    "about": "{item}: {what}",
    "about_none": "No tengo más descripción de {item}.",
    "no_slots": "Lo siento, a esa hora no hay nada libre. ¿Le serviría otro día?",
    "cannot_book": "Lo siento, aquí no puedo reservar mesas.",
    "cannot_order": "Lo siento, ahora no puedo tomar pedidos.",
    "errand_number": "¿Cuál es el número de su pedido?",
    "errand_name": "¿Y a nombre de quién está?",
    "errand_day": "¿Para qué día es?",
    "errand_instead": "¿Cómo lo quiere en cambio?",
    "errand_cancel": "¿Lo cancelo?",
    "errand_change": "¿Qué quiere cambiar?",
    "errand_stands": "Hasta ahora es {lines}.",
    "changed_order": "El pedido {number} está cambiado. El total es {total}, listo a {ready}. ¿Algo más?",
    "not_remembered": "No puedo ver lo que pidió otra vez.",
    "errand_found": "Tengo una mesa para {party}, {when}.",
    "errand_none": "Lo siento, no lo encuentro.",
    "errand_kept": "De acuerdo, se queda como está. ¿Algo más?",
    "cancelled_order": "Su pedido está cancelado. ¿Algo más?",
    "cancelled_booking": "Su reserva está cancelada. ¿Algo más?",
}


def say(which: str, *, language: str = "en", **values: str) -> str:
    """One phrase, filled in; English where there is no other."""
    table = _ES if language == "es" and which in _ES else _EN
    return table[which].format(**values)


def either(names: Sequence[str], *, language: str = "en") -> str:
    return saying.joined(names, language=language, either=True)


def both(names: Sequence[str], *, language: str = "en") -> str:
    return saying.joined(names, language=language)


def clock(moment: datetime | time, *, language: str = "en") -> str:
    """ "five oh seven p m", "las cinco y siete de la tarde" """
    return saying.time_of_day(moment.time() if isinstance(moment, datetime) else moment, language=language)


def when(moment: datetime, *, language: str = "en") -> str:
    """ "Friday, March thirteenth at five p m": within a sentence, without the pause of a read-back."""
    if language == "es":
        return saying.moment(moment, language=language)
    return f"{dates.say_whole(moment.date())} {saying.clock(moment.time(), language=language)}"
