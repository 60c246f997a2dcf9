from offices.models.office import Kind, Office
from offices.models.person import Person
from offices.models.post import Post, PostQuerySet
from offices.models.village import Village, VillageKind

__all__ = ["Kind", "Office", "Person", "Post", "PostQuerySet", "Village", "VillageKind"]
