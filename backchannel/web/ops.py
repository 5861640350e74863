"""For who runs the server: liveness, readiness with reasons, metrics."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backchannel.collector import Collector, State
from backchannel.hub.fanout import Fanout
from backchannel.post import Status
from backchannel.schedules.keeper import Keeper
from backchannel.store.base import Counts, Posts
from backchannel.web.metrics import LivePath
from backchannel.web.replies import Json


class Ops:
    """`/healthz`, `/readyz`, `/metrics`."""

    def __init__(self, posts: Posts, collector: Collector, fanout: Fanout, keeper: Keeper) -> None:
        self._posts = posts
        self._collector = collector
        self._fanout = fanout
        self._keeper = keeper

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
        ]

    async def healthz(self, request: Request) -> Response:
        """`GET /healthz`: the process answers."""
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> Response:
        """`GET /readyz`: 200 when posts can be taken in and shown, else 503; with reasons either way.

        A source, or a programme, in trouble is told but does not make the server unready: it still serves everybody
        else. A store that takes nothing in does, and so does a server that has no place left for phones: a balancer
        shall send them to another.
        """
        reasons = [
            f"{each.title}: {each.error} {each.remedy}".rstrip() for each in self._collector.health() if each.error
        ]
        condition = self._keeper.condition
        if condition.error:
            reasons.append(f"Programme ({condition.where}): {condition.error}")
        reasons += self._crowded()
        try:
            await self._posts.counts()
        except Exception as error:  # noqa: BLE001 (whatever keeps the store from answering is this probe's answer)
            return Json({"ready": False, "reasons": [f"store: {type(error).__name__}", *reasons]}, 503)
        ready = self._collector.takes_posts_in and not self._fanout.admission.is_full
        return Json({"ready": ready, "reasons": reasons}, 200 if ready else 503)

    def _crowded(self) -> Iterator[str]:
        """What there is to say of the room for clients."""
        admission = self._fanout.admission
        if admission.is_full:
            yield f"Clients: {admission.inside} of {admission.clients} places are taken; phones are sent away."
        if admission.clients < admission.wanted:
            yield (
                f"Clients: the system allows open files for {admission.clients} of {admission.wanted}; "
                "raise the limit (ulimit -n, LimitNOFILE)."
            )
        workers = self._fanout.workers
        if workers.ready < workers.wanted:
            yield f"Workers: {workers.ready} of {workers.wanted} serve; others are being started."

    async def metrics(self, request: Request) -> Response:
        """`GET /metrics`: figures for Prometheus."""
        registry = CollectorRegistry()
        _count_posts(registry, await self._posts.counts())
        LivePath(self._fanout).register(registry)
        self._count_sources(registry)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    def _count_sources(self, registry: CollectorRegistry) -> None:
        following = Gauge("backchannel_source_following", "1 while a source follows.", ("source",), registry=registry)
        received = Gauge("backchannel_source_received", "New posts since start.", ("source",), registry=registry)
        refused = Gauge("backchannel_source_refused", "Posts not read since start.", ("source",), registry=registry)
        doubles = Gauge("backchannel_source_duplicates", "Repeats since start.", ("source",), registry=registry)
        trouble = Gauge(
            "backchannel_source_trouble", "1 while its health tells of one.", ("source",), registry=registry
        )
        needs = Gauge(
            "backchannel_source_needs_you", "1 where waiting will not mend it.", ("source",), registry=registry
        )
        heard = Gauge("backchannel_source_last_heard_seconds", "Unix time.", ("source",), registry=registry)
        lag = Gauge("backchannel_source_lag_seconds", "How far behind its network.", ("source",), registry=registry)
        limit = Gauge("backchannel_source_rate_limit_left", "Requests left.", ("source",), registry=registry)
        budget = Gauge("backchannel_source_budget_left", "Posts left to read today.", ("source",), registry=registry)
        for health in self._collector.health():
            following.labels(health.name).set(health.state in {State.FOLLOWING, State.CATCHING_UP})
            received.labels(health.name).set(health.received)
            refused.labels(health.name).set(health.refused.total())
            doubles.labels(health.name).set(health.duplicates)
            trouble.labels(health.name).set(bool(health.error))
            needs.labels(health.name).set(health.state is State.NEEDS_YOU)
            heard_at = health.last_heard_at.timestamp() if health.last_heard_at else None
            told = ((heard, heard_at), (lag, health.lag_s), (limit, health.rate_limit_left))
            for gauge, figure in (*told, (budget, health.budget_left)):
                if figure is not None:
                    gauge.labels(health.name).set(figure)


def _count_posts(registry: CollectorRegistry, counts: Counts) -> None:
    posts = Gauge("backchannel_posts", "Posts by status.", ("status",), registry=registry)
    for status in Status:
        posts.labels(status).set(counts.by_status.get(status, 0))
    oldest = Gauge("backchannel_queue_oldest_seconds", "Unix time since which the oldest waits.", registry=registry)
    oldest.set(counts.oldest_queued_at.timestamp() if counts.oldest_queued_at else 0)
