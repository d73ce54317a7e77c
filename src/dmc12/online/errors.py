"""What can be wrong with a bundle and with a context: one named error each."""


class BundleError(ValueError):
    """A bundle that is not loaded."""


class BundleMissingError(BundleError):
    """There is no bundle where one was looked for."""


class BundleDamagedError(BundleError):
    """A bundle's bytes are not those that were written."""


class BundleVersionError(BundleError):
    """A bundle of another format, of another schema or of other libraries."""


class BundleFeatureError(BundleError):
    """A bundle that lacks a feature, or whose feature means something else here."""


class ContextError(ValueError):
    """A context that a bundle cannot rank; `code` names the fault, `at` its place."""

    def __init__(self, code: str, message: str, at: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.at = at
