"""The losses, by the names of Sentence Transformers. A row of the catalogue describes each."""

from worker.engine.losses.adaptive_layer import AdaptiveLayerLoss
from worker.engine.losses.angle import AnglELoss
from worker.engine.losses.batch_all_triplet import BatchAllTripletLoss
from worker.engine.losses.batch_hard_soft_margin_triplet import BatchHardSoftMarginTripletLoss
from worker.engine.losses.batch_hard_triplet import BatchHardTripletLoss
from worker.engine.losses.batch_semi_hard_triplet import BatchSemiHardTripletLoss
from worker.engine.losses.cached_gist_embed import CachedGISTEmbedLoss
from worker.engine.losses.cached_multiple_negatives_ranking import (
    CachedMultipleNegativesRankingLoss,
)
from worker.engine.losses.cached_multiple_negatives_symmetric_ranking import (
    CachedMultipleNegativesSymmetricRankingLoss,
)
from worker.engine.losses.contrastive import ContrastiveLoss
from worker.engine.losses.contrastive_tension import ContrastiveTensionLoss
from worker.engine.losses.contrastive_tension_in_batch_negatives import (
    ContrastiveTensionLossInBatchNegatives,
)
from worker.engine.losses.contrastive_tension_loader import ContrastiveTensionDataLoader
from worker.engine.losses.cosent import CoSENTLoss
from worker.engine.losses.cosine_similarity import CosineSimilarityLoss
from worker.engine.losses.denoising_auto_encoder import DenoisingAutoEncoderLoss
from worker.engine.losses.distances import (
    BatchHardTripletLossDistanceFunction,
    SiameseDistanceMetric,
    TripletDistanceMetric,
)
from worker.engine.losses.distill_kl_div import DistillKLDivLoss
from worker.engine.losses.embed_distill import EmbedDistillLoss
from worker.engine.losses.gist_embed import GISTEmbedLoss
from worker.engine.losses.global_orthogonal_regularization import (
    GlobalOrthogonalRegularizationLoss,
)
from worker.engine.losses.loss import Loss
from worker.engine.losses.margin_mse import MarginMSELoss
from worker.engine.losses.matryoshka import MatryoshkaLoss
from worker.engine.losses.matryoshka_2d import Matryoshka2dLoss
from worker.engine.losses.mega_batch_margin import MegaBatchMarginLoss
from worker.engine.losses.mse import MSELoss
from worker.engine.losses.multiple_negatives_ranking import MultipleNegativesRankingLoss
from worker.engine.losses.multiple_negatives_symmetric_ranking import (
    MultipleNegativesSymmetricRankingLoss,
)
from worker.engine.losses.online_contrastive import OnlineContrastiveLoss
from worker.engine.losses.softmax import SoftmaxLoss
from worker.engine.losses.triplet import TripletLoss

__all__ = [
    "AdaptiveLayerLoss",
    "AnglELoss",
    "BatchAllTripletLoss",
    "BatchHardSoftMarginTripletLoss",
    "BatchHardTripletLoss",
    "BatchHardTripletLossDistanceFunction",
    "BatchSemiHardTripletLoss",
    "CachedGISTEmbedLoss",
    "CachedMultipleNegativesRankingLoss",
    "CachedMultipleNegativesSymmetricRankingLoss",
    "CoSENTLoss",
    "ContrastiveLoss",
    "ContrastiveTensionDataLoader",
    "ContrastiveTensionLoss",
    "ContrastiveTensionLossInBatchNegatives",
    "CosineSimilarityLoss",
    "DenoisingAutoEncoderLoss",
    "DistillKLDivLoss",
    "EmbedDistillLoss",
    "GISTEmbedLoss",
    "GlobalOrthogonalRegularizationLoss",
    "Loss",
    "MSELoss",
    "MarginMSELoss",
    "Matryoshka2dLoss",
    "MatryoshkaLoss",
    "MegaBatchMarginLoss",
    "MultipleNegativesRankingLoss",
    "MultipleNegativesSymmetricRankingLoss",
    "OnlineContrastiveLoss",
    "SiameseDistanceMetric",
    "SoftmaxLoss",
    "TripletDistanceMetric",
    "TripletLoss",
]
