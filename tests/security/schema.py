"""The API against its own description: `python -m tests.security.schema` has schemathesis ask a server everything.

It needs the program `schemathesis` (`pip install schemathesis` into an environment of its own: it brings much), on the
PATH or named by BACKCHANNEL_SCHEMATHESIS. No answer may be a 5xx, and none of a status, kind or shape that
/openapi.json does not tell of. Passwords and an organisation's sign-in are switched on. Ending badges is left out: the
first would be its own.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from backchannel.roles import Role
from tests.served import Served, made_config, served
from tests.web.oidc_server import provider_server

# Not whether all that a schema admits is taken: no schema says which halls there are, or that only blanks are no words.
UNASKED: Final = "positive_data_acceptance"
PROGRAM: Final = os.environ.get("BACKCHANNEL_SCHEMATHESIS", "schemathesis")
ROOMY: Final = {
    "moderation": {"floor_posts_per_minute": 600, "floor_waiting_max": 100_000},
    "limits": {"clients_per_device": 1000},
}


async def asked(house: Served, examples: str) -> int:
    """How schemathesis ended."""
    for number in range(5):
        await house.approved(f"{number} {'abcde'[number] * 5} and more")
    await house.post("Waiting")
    badge = (await house.badge("Olu", Role.OWNER))["Authorization"]
    program = await asyncio.create_subprocess_exec(
        PROGRAM,
        "run",
        f"{house.url}/openapi.json",
        *("--header", f"Authorization: {badge}", "--header", f"Origin: {house.url}"),
        *("--exclude-path", "/leave", "--exclude-path-regex", "/api/badges.*"),
        *(
            "--checks",
            "all",
            "--exclude-checks",
            UNASKED,
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            examples,
            "--seed",
            "11",
        ),
    )
    return await program.wait()


async def main(examples: str = "30") -> int:
    """A server of its own, and everything that its description tells of."""
    with tempfile.TemporaryDirectory() as folder:
        async with provider_server() as provider:
            sign_in = {"issuer": provider.url, "client_id": "backchannel", "hosts": ["@pink11.example"]}
            config = made_config(Path(folder), **ROOMY, desk={"passwords": True}, sign_in=sign_in)
            async with served(config) as house:
                return await asked(house, examples)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:2])))
