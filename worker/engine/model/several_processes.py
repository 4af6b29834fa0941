"""Encoding in several processes, each with a copy of the model on a device of its own.

    texts ──chunks──▶ input queue ──▶ processes ──▶ output queue ──▶ values, in order

Weights are shared memory where a process stays on the CPU.
"""

import math
import os
import pickle
import queue
import traceback
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import torch
from torch import Tensor, multiprocessing
from tqdm.auto import trange  # type: ignore[import-untyped]  # ships no types
from transformers.utils.import_utils import is_torch_npu_available

from worker.engine.devices import move_tensors_to_cpu
from worker.engine.model.embedding import Input, Wanted, embed

if TYPE_CHECKING:
    from worker.engine.model.sentence_transformer import SentenceTransformer

Pool: TypeAlias = dict[Literal["input", "output", "processes"], Any]

CPU_PROCESSES = 4
LARGEST_CHUNK = 5000
CHUNKS_A_PROCESS = 10  # enough that the last one to finish doesn't keep the others waiting long
LOOK_AFTER_SECONDS = 1.0


def start_multi_process_pool(
    self: "SentenceTransformer", target_devices: list[str] | None = None
) -> Pool:
    """Processes for `encode(pool=…)`, one a device: by default every accelerator, else 4 on the
    CPU. Stop them with `stop_multi_process_pool`."""
    devices = target_devices or _every_device()
    context = multiprocessing.get_context("spawn")
    pool: Pool = {"input": context.Queue(), "output": context.Queue(), "processes": []}
    before = self.device
    self.to("cpu")
    self.share_memory()
    threads = max(1, (os.cpu_count() or 1) // len(devices))
    for device in devices:
        process = context.Process(
            target=_work,
            args=(self, str(device), threads, pool["input"], pool["output"]),
            daemon=True,
        )
        process.start()
        pool["processes"].append(process)
    self.to(before)
    return pool


def stop_multi_process_pool(pool: Pool) -> None:
    """End the processes of `pool`, whatever they are at."""
    for process in pool["processes"]:
        process.terminate()
    for process in pool["processes"]:
        process.join()
        process.close()
    pool["input"].cancel_join_thread()
    pool["input"].close()
    pool["output"].close()


def embed_in_processes(
    model: "SentenceTransformer",
    texts: list[Input],
    wanted: Wanted,
    where: Any,
    chunk_size: int | None = None,
) -> Any:
    """As `embed`, by a pool or, for this once, on a list of devices; tensors come on the CPU.

    Raises what a process raised, and RuntimeError if one died.
    """
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError(f"chunk_size is at least 1, not {chunk_size}.")
    if not texts:
        return []
    if isinstance(where, list):
        pool = start_multi_process_pool(model, where)
        try:
            return embed_in_processes(model, texts, wanted, pool, chunk_size)
        finally:
            stop_multi_process_pool(pool)
    size = chunk_size or _chunk_size(len(texts), len(where["processes"]))
    starts = range(0, len(texts), size)
    for number, start in enumerate(starts):
        where["input"].put((number, texts[start : start + size], wanted))
    answers = dict(
        _answer(where)
        for _ in trange(len(starts), desc="Chunks", disable=not wanted.show_progress_bar)
    )
    chunks = [answers[number] for number in range(len(starts))]
    if failed := next((chunk for chunk in chunks if isinstance(chunk, Exception)), None):
        raise failed
    if isinstance(chunks[0], Tensor):
        return torch.cat(chunks)
    return [value for chunk in chunks for value in chunk]


def _chunk_size(texts: int, processes: int) -> int:
    return min(math.ceil(texts / processes / CHUNKS_A_PROCESS), LARGEST_CHUNK)


def _answer(pool: Pool) -> tuple[int, Any]:
    while True:
        try:
            answer: tuple[int, Any] = pool["output"].get(timeout=LOOK_AFTER_SECONDS)
        except queue.Empty:
            dead = [p for p in pool["processes"] if not p.is_alive()]
            if dead:
                told = ", ".join(f"{p.pid} (exit status {p.exitcode})" for p in dead)
                raise RuntimeError(
                    f"{len(dead)} of the pool's processes died: {told}. Out of memory is the usual "
                    "cause. Stop the pool, and start one with fewer processes or smaller batches."
                ) from None
        else:
            return answer


def _work(model: "SentenceTransformer", device: str, threads: int, todo: Any, done: Any) -> None:
    """What a process does until it is stopped."""
    if torch.device(device).type == "cpu":
        torch.set_num_threads(threads)
    model.to(device)
    while True:
        number, texts, wanted = todo.get()
        try:
            done.put((number, move_tensors_to_cpu(embed(model, texts, _quiet(wanted)))))
        except Exception as error:
            done.put((number, _sendable(error)))


def _quiet(wanted: Wanted) -> Wanted:
    return Wanted(**{**vars(wanted), "show_progress_bar": False})


def _sendable(error: Exception) -> Exception:
    """`error`, or its text where it can't be sent: the caller waits for one answer a chunk."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
    return error


def _every_device() -> list[str]:
    if torch.cuda.is_available():
        return [f"cuda:{i}" for i in range(torch.cuda.device_count())]
    if is_torch_npu_available():
        npu: Any = torch.get_device_module("npu")  # its package adds it to torch
        return [f"npu:{i}" for i in range(npu.device_count())]
    return ["cpu"] * CPU_PROCESSES
