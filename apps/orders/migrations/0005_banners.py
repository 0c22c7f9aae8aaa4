"""What a kitchen must not miss is kept with the order, so that a board of orders need not read every note."""

from django.db import migrations, models

from apps.orders import allergy


def write(apps, schema_editor):
    for order in apps.get_model("orders", "Order").objects.prefetch_related("lines").iterator(chunk_size=500):
        lines = list(order.lines.all())
        harm = allergy.mentions([order.note, *(line.note for line in lines)])
        order.banners = ["ALLERGY"] * harm + ["CHECK ID"] * any(line.alcohol for line in lines)
        if order.banners:
            order.save(update_fields=["banners"])


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_suggestions")]

    operations = [
        migrations.AddField("order", "banners", models.JSONField(default=list, db_default=[])),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
