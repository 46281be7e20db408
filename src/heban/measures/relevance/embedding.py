"""Sentence embeddings behind one small interface (the extra `heban[embed]`); nothing is downloaded."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec


class Embedder(Protocol):
    """What turns texts into vectors."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[Any]:
        """Return one vector for each text, texts × dimensions."""


class SentenceModel:
    """A model of sentence-transformers, behind the interface."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def embed(self, texts: Sequence[str]) -> npt.NDArray[Any]:
        """Return the model's vectors."""
        return np.asarray(self.model.encode(list(texts), show_progress_bar=False))


def load(model: str) -> Embedder:
    """Return the model of a folder, or of a name that was downloaded before.

    Raises `BadSpec` when sentence-transformers is not installed or finds no such model on this machine.
    """
    try:
        library = importlib.import_module("sentence_transformers")
    except ImportError:
        raise BadSpec(
            "embeddings need sentence-transformers, which is not installed. Install heban[embed], or leave "
            "the embedder out."
        ) from None
    try:
        return SentenceModel(library.SentenceTransformer(model, local_files_only=True))
    except (OSError, ValueError) as error:
        raise BadSpec(
            f"no model {model!r} on this machine: {error}. Give the folder of a model; nothing is downloaded."
        ) from error
