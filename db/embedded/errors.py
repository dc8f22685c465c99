"""What can go wrong around the embedded server, each as a sentence with the way out."""


class EmbeddedServerError(RuntimeError):
    """The embedded PostgreSQL cannot be used as asked; the message says what to do instead."""
