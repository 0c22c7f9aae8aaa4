"""An order as the list shows it, written by PostgreSQL; `shown.OrderShown` is the same in Python, a test says so."""

from __future__ import annotations

from apps.accounts.rest.written import masked, moment, text, word, word_or_null

_MODIFIER = f"""concat('{{"name":', {text("m.name")}, ',"amount":', {word("m.amount")},
    ',"side":', {word("m.side")}, '}}')"""
_MODIFIERS = f"""(SELECT string_agg(written, ',') FROM (
    SELECT {_MODIFIER} AS written FROM order_line_modifiers m WHERE m.line_id = l.id ORDER BY m.position) modifiers)"""  # nosec B608  (columns alone)
_LINE = f"""concat('{{"item":', {text("l.item")}, ',"quantity":', l.quantity,
    ',"variant":', CASE WHEN l.variant = '' THEN 'null' ELSE to_json(l.variant)::text END,
    ',"modifiers":[', {_MODIFIERS}, '],"note":', {text("l.note")}, ',"total":', {word("l.total")}, '}}')"""
_LINES = f"""(SELECT string_agg(written, ',') FROM (
    SELECT {_LINE} AS written FROM order_lines l WHERE l.order_id = row.id ORDER BY l.position) lines)"""  # nosec B608  (columns alone)

ORDER = f"""concat('{{"id":', {word("row.id")}, ',"number":', row.number, ',"status":', {word("row.status")},
    ',"revision":', row.revision, ',"payment":', {word("row.payment")},
    ',"customer_name":', {text("row.customer_name")}, ',"customer_number":', {masked("row.customer_number")},
    ',"lines":[', {_LINES}, '],"note":', {text("row.note")}, ',"subtotal":', {word("row.subtotal")},
    ',"tax":', {word("row.tax")}, ',"total":', {word("row.total")}, ',"currency":', {word("row.currency")},
    ',"ready_at":', {moment("row.ready_at")}, ',"banners":', row.banners,
    ',"call_id":', {word_or_null("row.call_id")}, ',"created_at":', {moment("row.created_at")}, '}}')"""
