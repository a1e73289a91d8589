"""The versions of an output, each made from another by a choice of the user."""

from typing import Any, Generic, Literal, Protocol, TypeVar


class _Version(Protocol):
    @property
    def parent(self) -> Any:
        """The version that this one was made from; None for the first."""


V = TypeVar("V", bound=_Version)


class Versions(Generic[V]):
    """What has versions, the oldest first, and can go back and forth among them."""

    versions: list[V]
    undone: list[V]  # the last undone at the end

    def add(self, version: V) -> V:
        """The version, which is the newest now; what was undone is gone."""
        self.versions.append(version)
        self.undone.clear()
        return version

    def undo(self) -> V | None:
        """The version that is left after taking the newest one away; None if there is none."""
        if len(self.versions) < 2:
            return None
        gone = self.versions.pop()
        self.undone.append(gone)
        left: V = gone.parent or self.versions[0]
        return left

    def redo(self) -> V | None:
        """The version that comes back, or None."""
        if not self.undone:
            return None
        self.versions.append(self.undone.pop())
        return self.versions[-1]


Outcome = Literal["running", "done", "cancelled", "failed"]


class Work(Versions[V]):
    """What has versions, and jobs that write them; None stands for the first version, perhaps not there yet."""

    outcome: Outcome
    _jobs: dict[int, V | None]

    def add_job(self, job: int, version: V | None = None) -> None:
        """Expect the events of a job, which belong to a version (None: to the first)."""
        self._jobs[job] = version
        self.outcome = "running"

    def has_job(self, job: int) -> bool:
        """True if the job is one of this work's and not over yet."""
        return job in self._jobs

    @property
    def jobs(self) -> list[int]:
        """The jobs that are not over yet."""
        return list(self._jobs)
