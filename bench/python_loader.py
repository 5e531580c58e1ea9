"""A straightforward loader to compare with: json.loads per line, upserts of 500 through qdrant-client.

Usage: python bench/python_loader.py FILE URL COLLECTION [LIKE]
Needs `pip install qdrant-client`. Stores vectors and payloads. If LIKE names a collection made by PaperQL, the new one also gets
its payload indexes and its keyword vectors, which the server computes from the texts. Payloads are the unchanged records.
Prints the seconds from start to the last upsert.
"""
import json
import sys
import time
import uuid

from qdrant_client import QdrantClient
from qdrant_client.models import Distance, Document, Modifier, PointStruct, SparseVectorParams, VectorParams

BATCH = 500


def create(client, collection, size, like):
    dense = VectorParams(size=size, distance=Distance.COSINE)
    if like is None:
        client.create_collection(collection, vectors_config=dense)
        return
    sparse = {"bm25": SparseVectorParams(modifier=Modifier.IDF)}
    client.create_collection(collection, vectors_config=dense, sparse_vectors_config=sparse)
    for field, index in client.get_collection(like).payload_schema.items():
        client.create_payload_index(collection, field, field_schema=index.params or index.data_type)


def with_keywords(vector, record):
    text = "\n".join([record["title"], record["abstract"], record["authors"]])
    return {"": vector, "bm25": Document(text=text, model="qdrant/bm25")}


def main(file, url, collection, like=None):
    started = time.perf_counter()
    client = QdrantClient(url=url, timeout=120, check_compatibility=False)
    points = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            vector = record.pop("embedding")
            if not points and not client.collection_exists(collection):
                create(client, collection, len(vector), like)
            point_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, record["id"]))
            vectors = vector if like is None else with_keywords(vector, record)
            points.append(PointStruct(id=point_id, vector=vectors, payload=record))
            if len(points) == BATCH:
                client.upsert(collection, points)
                points = []
    if points:
        client.upsert(collection, points)
    print(f"{time.perf_counter() - started:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
