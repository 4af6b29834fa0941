"""The processes that train together: which one this is, and rows of all of them in one tensor.

Legend: B rows; T tokens; D dimensions; R processes.
"""

import logging

import torch
from torch import Tensor, distributed
from torch.distributed.nn.functional import all_gather as gather_with_grad
from torch.nn.functional import pad

log = logging.getLogger(__name__)


def is_dist_initialized() -> bool:
    """Whether this process trains together with others; some builds of torch can't."""
    return distributed.is_available() and distributed.is_initialized()


def get_rank() -> int:
    """This process among those that train together; 0 when it is alone."""
    return distributed.get_rank() if is_dist_initialized() else 0


def get_world_size() -> int:
    """How many processes train together; 1 when this one is alone."""
    return distributed.get_world_size() if is_dist_initialized() else 1


def all_gather(tensor: Tensor, with_grad: bool = False) -> Tensor:
    """The rows of every process in the order of ranks: B×… → (R·B)×…; alone, `tensor` itself.

    Gradients reach this process's own rows always, those of the others if `with_grad`.
    """
    if not is_dist_initialized():
        log.debug("This process is alone; there is nothing to gather.")
        return tensor
    if with_grad:
        return torch.cat(gather_with_grad(tensor))  # type: ignore[no-untyped-call]  # torch's
    gathered = [torch.zeros_like(tensor) for _ in range(get_world_size())]
    distributed.all_gather(gathered, tensor)
    gathered[get_rank()] = tensor
    return torch.cat(gathered)


def all_gather_with_grad(tensor: Tensor) -> Tensor:
    """`all_gather` with gradients to every process."""
    return all_gather(tensor, with_grad=True)


def all_gather_padded(
    tensor: Tensor, mask: Tensor, with_grad: bool = False
) -> tuple[Tensor, Tensor]:
    """`all_gather` of token embeddings B×T×D and their mask B×T, where T differs by process.

    Both are padded to the longest T of all. The mask has no gradient.
    """
    if is_dist_initialized():
        longest = torch.tensor(tensor.size(1), device=tensor.device)
        distributed.all_reduce(longest, op=distributed.ReduceOp.MAX)
        missing = int(longest) - tensor.size(1)
        tensor, mask = pad(tensor, (0, 0, 0, missing)), pad(mask, (0, missing))
    return all_gather(tensor, with_grad=with_grad), all_gather(mask)
