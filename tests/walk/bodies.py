"""Bodies that fit the OpenAPI document, with another restaurant's ids wherever a body names a row."""

from __future__ import annotations

from typing import Any

OF_A_LIST = {"categories": "category_id", "groups": "group_id", "items": "item_id", "tables": "table_id"}
NAMED = {
    "category": "category_id",
    "contact": "contact_id",
    "group": "group_id",
    "item": "item_id",
    "offer": "item_id",
    "owner": "owner_id",
    "parent": "modifier_id",
    "suggested_item_id": "item_id",
    "tool_call_id": "call_id",
    "variant_id": "item_id",
    "modifier": "modifier_id",
    "option_id": "modifier_id",
}
"""What the fields of bodies are called among the parameters of addresses."""
ORDERED = {"categories": "category_id", "items": "item_id", "groups": "group_id", "modifiers": "modifier_id"}
STRINGS = {
    "email": "walk@sakura.test", "date": "2027-01-05", "date-time": "2027-01-05T19:00:00Z", "time": "10:00",
    "uri": "https://hook.example/walk",
}  # fmt: skip
WORDS = {"name": "Walk", "number": "+15125550166", "reason": "person", "starts_at": "2027-01-05T19:00:00-06:00"}


class Maker:
    def __init__(self, document: dict[str, Any], names: dict[str, Any]) -> None:
        self._document = document
        self._names = names

    def body(self, route: str, method: str) -> Any:
        """For this operation; None where it takes none that is JSON."""
        operation = self._document["paths"]["/" + route.replace("<uuid:", "{").replace("<str:", "{")
                                            .replace("<int:", "{").replace(">", "}")][method.lower()]  # fmt: skip
        described = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if described is None:
            return None
        place = route.split("/")[-2] if route.endswith("/order") else route.split("/")[-1]
        made = self._made(described["schema"], within=place)
        for example in described.get("examples", {}).values():
            if isinstance(made, dict) and isinstance(example["value"], dict):
                return {**made, **{key: value for key, value in example["value"].items() if not self._is_id(key)}}
        return made

    def _is_id(self, name: str) -> bool:
        return name in NAMED or name in OF_A_LIST or name in self._names or name in ("id", "ids", "lines")

    def _made(self, schema: dict[str, Any], *, within: str, name: str = "") -> Any:
        schema = self._open(schema)
        if schema.get("type") == "object" or "properties" in schema:
            fields = schema.get("properties", {}).items()
            taken = {key: each for key, each in fields if not self._open(each).get("readOnly")}
            return {key: self._made(each, within=within, name=key) for key, each in taken.items()}
        if name in OF_A_LIST:
            return [str(self._names[OF_A_LIST[name]])]
        if schema.get("type") == "array":
            return [self._made(schema["items"], within=within, name=name)]
        if schema.get("format") == "uuid" or name in NAMED or name.endswith("_id"):
            return str(self._id(name, within))
        if schema.get("enum"):
            return schema["enum"][0]
        return self._plain(schema, name)

    def _id(self, name: str, within: str) -> Any:
        if name in ("id", "ids"):
            return self._names[ORDERED.get(within, "item_id")]
        return self._names[NAMED.get(name, name)]

    def _plain(self, schema: dict[str, Any], name: str) -> Any:
        kind = schema.get("type", "string")
        kind = next(each for each in kind if each != "null") if isinstance(kind, list) else kind
        if kind == "string":
            return WORDS.get(name) or STRINGS.get(schema.get("format", ""), "Walk")
        return {"integer": schema.get("minimum", 1), "number": 1, "boolean": True}.get(kind)

    def _open(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What a reference, or a choice with null, stands for."""
        for several in ("allOf", "anyOf", "oneOf"):
            if several in schema:
                schema = next(each for each in schema[several] if each.get("type") != "null")
        if "$ref" in schema:
            found: dict[str, Any] = self._open(self._document["components"]["schemas"][schema["$ref"].split("/")[-1]])
            return found
        return schema
