"""How it is logged: everything, by us or by a library, is a line on stderr.

Nothing below a warning is, but who came to the desk, who left it, and what they changed there.
"""

import logging
import sys

import structlog


def log_as(form: str) -> None:
    """Log from now on as JSON, or as text for people who watch a terminal."""
    is_text = form == "text"
    steps: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([] if is_text else [structlog.processors.format_exc_info]),
    ]
    rendered = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if is_text
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    lines = logging.StreamHandler()
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                rendered,
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[lines], force=True)
    logging.getLogger("backchannel.web").setLevel(logging.INFO)
