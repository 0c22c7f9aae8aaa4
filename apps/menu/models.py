"""The menu's rows: categories, items, sizes, modifier groups that nest, and what is 86'd. Restaurant's schema."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Category(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "menu_categories"
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class EightySixed(models.Model):
    """What may run out: an item or an option. Sold out until a moment, or until somebody changes it."""

    sold_out = models.BooleanField(default=False)
    sold_out_until = models.DateTimeField(null=True, blank=True)
    """Null while `sold_out`: until changed by hand."""
    sold_out_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True


class MenuItem(EightySixed):
    """A dish or drink. Its price counts when it has no sizes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    tax_class = models.CharField(max_length=20, default="standard")
    alcohol = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    allergens = models.JSONField(default=dict, blank=True)
    """By allergen: `contains`, `may_contain` or `unknown`. What is not named is unknown, never absent."""
    dietary = models.JSONField(default=list, blank=True)
    synonyms = models.JSONField(default=list, blank=True)
    pronunciation = models.CharField(max_length=120, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "menu_items"
        ordering = ("position", "name")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="menu_items_price"),
            models.UniqueConstraint(fields=["category", "name"], name="menu_items_name_once_per_category"),
            models.CheckConstraint(
                condition=Q(sold_out=True) | Q(sold_out_until__isnull=True), name="menu_items_sold_out"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemVariant(models.Model):
    """A size of an item, with its own price."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(MenuItem, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=60)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    position = models.PositiveIntegerField(default=0)
    default = models.BooleanField(default=False)
    synonyms = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "menu_item_variants"
        ordering = ("position", "price")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="menu_item_variants_price"),
            models.UniqueConstraint(fields=["item", "name"], name="menu_item_variants_name_once"),
            models.UniqueConstraint(fields=["item"], condition=Q(default=True), name="menu_item_variants_one_default"),
        ]

    def __str__(self) -> str:
        return self.name


class MenuModifierGroup(models.Model):
    """Choices that belong together. Shared by items, or nested below one option."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    items = models.ManyToManyField(MenuItem, through="ItemGroup", related_name="groups")
    parent = models.ForeignKey("MenuModifier", on_delete=models.CASCADE, null=True, blank=True, related_name="groups")
    """The option below which this group opens."""
    minimum = models.PositiveIntegerField(default=0)
    maximum = models.PositiveIntegerField(null=True, blank=True)
    free = models.PositiveIntegerField(default=0)
    """How many choices cost nothing before prices apply."""
    position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "menu_modifier_groups"
        ordering = ("position", "name")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(maximum__isnull=True) | Q(maximum__gte=F("minimum"), maximum__gt=0),
                name="menu_modifier_groups_min_max",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemGroup(models.Model):
    """That an item offers a group, and where in its list."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(MenuItem, on_delete=models.CASCADE)
    group = models.ForeignKey(MenuModifierGroup, on_delete=models.CASCADE)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "menu_item_groups"
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "group"], name="menu_item_groups_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.group_id}"


class MenuModifier(EightySixed):
    """One option of a group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(MenuModifierGroup, on_delete=models.CASCADE, related_name="options")
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    default = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    synonyms = models.JSONField(default=list, blank=True)
    pronunciation = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "menu_modifiers"
        ordering = ("position", "name")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="menu_modifiers_price"),
            models.UniqueConstraint(fields=["group", "name"], name="menu_modifiers_name_once"),
            models.CheckConstraint(
                condition=Q(sold_out=True) | Q(sold_out_until__isnull=True), name="menu_modifiers_sold_out"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MenuVersion(models.Model):
    """Counts up with every change of the menu, so that indexes and running calls know that theirs is old."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "menu_version"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="menu_version_one_row")]

    def __str__(self) -> str:
        return str(self.number)


class Daypart(models.Model):
    """A window in which some dishes are on the menu: lunch, happy hour, a season; or in which alcohol is sold."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60, unique=True)
    weekdays = models.JSONField(default=list)
    """Monday is 0."""
    opens = models.TimeField()
    closes = models.TimeField()
    """At or before the opening: on the next day."""
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    for_alcohol = models.BooleanField(default=False)
    """Holds for everything alcoholic, besides the windows of its own."""
    categories = models.ManyToManyField(
        Category, related_name="dayparts", db_table="menu_daypart_categories", blank=True
    )
    items = models.ManyToManyField(MenuItem, related_name="dayparts", db_table="menu_daypart_items", blank=True)

    class Meta:
        db_table = "menu_dayparts"
        ordering = ("opens", "name")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first_day__isnull=True) | Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="menu_dayparts_season",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UpsellPair(models.Model):
    """With this item, or anything of this category, that one is offered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(MenuItem, on_delete=models.CASCADE, null=True, blank=True, related_name="upsells")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, blank=True, related_name="upsells")
    offer = models.ForeignKey(MenuItem, on_delete=models.CASCADE, related_name="offered_with")
    words = models.CharField(max_length=200, blank=True)
    """How it is offered; empty: "Would you like … with that?" """
    position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "menu_upsells"
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(item__isnull=True, category__isnull=False) | Q(item__isnull=False, category__isnull=True),
                name="menu_upsells_item_or_category",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id or self.category_id} with {self.offer_id}"


class MenuEdition(models.Model):
    """The whole menu as it was published: kept for ever, and what a rollback brings back."""

    number = models.PositiveIntegerField(primary_key=True)
    document = models.JSONField()
    """Every row of the menu by table (apps.menu.document)."""
    differs = models.JSONField(default=dict)
    """From the edition before: names added, removed, repriced, changed."""
    by = models.CharField(max_length=254)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    from_edition = models.PositiveIntegerField(null=True)
    """That of the location whose menu this one shares."""

    class Meta:
        db_table = "menu_editions"
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"edition {self.number}"


class MenuDraft(models.Model):
    """The menu as it shall be, until it is published. There is at most one."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    document = models.JSONField()
    based_on = models.PositiveIntegerField()
    """The edition it was begun from: it is refused when another has been published since."""
    by = models.CharField(max_length=254)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "menu_draft"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="menu_draft_one_row")]

    def __str__(self) -> str:
        return f"draft on {self.based_on}"


class MenuOverride(models.Model):
    """What one location has otherwise on a menu it shares: by the id of the item, size or option."""

    row_id = models.UUIDField(primary_key=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    active = models.BooleanField(null=True, blank=True)
    """Items only."""

    class Meta:
        db_table = "menu_overrides"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="menu_overrides_price"),
            models.CheckConstraint(
                condition=Q(price__isnull=False) | Q(active__isnull=False), name="menu_overrides_something"
            ),
        ]

    def __str__(self) -> str:
        return str(self.row_id)
