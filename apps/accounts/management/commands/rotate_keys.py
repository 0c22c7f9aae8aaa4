"""Makes a new key: the one that signs tokens, or with `--encryption` the one that secrets are encrypted with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts import audit, keys, sealing, signing_keys


class Command(BaseCommand):
    help = (
        "Make a new key that signs tokens; servers that run take it up by themselves, and old tokens go on counting. "
        "With --encryption: a new key for stored secrets, and all of them put under it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--encryption", action="store_true", help="a new encryption key, and every secret under it")
        what.add_argument("--finish", action="store_true", help="put under the newest encryption key what is not yet")
        what.add_argument("--drop-old", action="store_true", help="drop encryption keys that no secret stands under")
        what.add_argument("--status", action="store_true", help="say which keys there are and what stands under them")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["encryption"]:
            if not keys.are_given():
                keys.add_encryption_key()
                audit.record("keys.rotated", actor="system", subject="keys/encryption")
            self._finish()
        elif options["finish"]:
            self._finish()
        elif options["drop_old"]:
            self._drop_old()
        elif options["status"]:
            self._say()
        else:
            self._sign_anew()

    def _sign_anew(self) -> None:
        try:
            key = signing_keys.rotate(now=timezone.now())
        except signing_keys.IsGiven as error:
            raise CommandError(str(error)) from None
        audit.record("keys.rotated", actor="system", subject=f"keys/{key.kid}"[:120])
        self.stdout.write(f"Tokens are signed with {key.kid} from now on.")

    def _finish(self) -> None:
        moved = sealing.encrypt_anew()
        if moved:
            audit.record("keys.secrets_moved", actor="system", subject="keys/encryption", after={"moved": moved})
        self.stdout.write(f"{moved} secrets were put under the newest key.")
        self._say()

    def _drop_old(self) -> None:
        if keys.are_given():
            raise CommandError("The keys are ENCRYPTION_KEYS: take the old ones out there, once --status names none.")
        if left := [f"{place} ({how})" for place, how in sealing.standing() if how != "newest"]:
            raise CommandError(f"Nothing was dropped, secrets still stand under old keys: {', '.join(sorted(left))}.")
        dropped = keys.drop_old_encryption_keys()
        audit.record("keys.dropped", actor="system", subject="keys/encryption", after={"dropped": dropped})
        self.stdout.write(f"{dropped} old keys were dropped. Backups made before need them: keep those with them.")

    def _say(self) -> None:
        now = timezone.now()
        signing = signing_keys.signing().kid
        self.stdout.write(f"Signs tokens: {signing}. Verify too: {len(signing_keys.verifying(now=now)) - 1}.")
        self.stdout.write(f"Encryption keys: {keys.how_many()}.")
        for (place, how), count in sorted(sealing.standing().items()):
            self.stdout.write(f"  {place}: {count} {WORDS[how]}")


WORDS = {
    "newest": "under the newest key",
    "older": "under an OLD key: run `rotate_keys --finish`",
    "unreadable": "that NO key opens: put its key back, or enter the secret anew",
}
