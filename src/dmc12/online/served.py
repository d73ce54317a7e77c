"""The bundle that is being served, and how another one takes its place."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from dmc12.online.bundle import Bundle
from dmc12.online.errors import BundleError
from dmc12.online.load import load
from dmc12.online.pointer import Pointer, released

logger = logging.getLogger(__name__)


class Served:
    """The released bundle of a directory.

    Whoever ranks takes `bundle` once and keeps it: a reload replaces the reference, never the
    bundle, so that what has begun ends on the bundle that it began with. A bundle that cannot be
    loaded is refused, the reason kept in `refused`, and the one before goes on being served. The
    first one has to be sound: the constructor raises BundleError.
    """

    def __init__(
        self,
        root: Path,
        *,
        threads: int = 1,
        on_reload: Callable[[str], None] = lambda outcome: None,
    ) -> None:
        self.root = root
        self.threads = threads
        self.refused: str | None = None
        self._on_reload = on_reload
        self._reloading = Lock()
        self._tried: Pointer | None = None
        self.bundle: Bundle = self._load(released(root))

    def reload(self, *, anew: bool = False) -> bool:
        """Serve what is released now; return whether that is another bundle than before.

        A bundle that was refused is not tried again until the pointer moves, or with `anew`.
        """
        with self._reloading:
            try:
                pointer = released(self.root)
                if pointer.fingerprint == self.bundle.fingerprint:
                    self._tried, self.refused = pointer, None
                    return False
                if pointer == self._tried and not anew:
                    return False
                self._tried = pointer
                self.bundle = self._load(pointer)
            except Exception as error:  # noqa: BLE001 - whatever it is, the bundle before goes on
                self._refuse(str(error) if isinstance(error, BundleError) else repr(error))
                return False
            self.refused = None
            return True

    def _load(self, pointer: Pointer) -> Bundle:
        """Load a bundle and say so."""
        bundle = load(pointer.path, pointer.fingerprint, threads=self.threads)
        self.loaded_at = time.time()
        self._tried = pointer
        logger.info("serving %s", bundle.path.name)
        self._on_reload("loaded")
        return bundle

    def _refuse(self, reason: str) -> None:
        """Keep the reason; say it once."""
        if reason != self.refused:
            logger.error("%s; %s goes on being served", reason, self.bundle.path.name)
            self._on_reload("refused")
        self.refused = reason
