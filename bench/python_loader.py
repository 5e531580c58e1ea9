"""A straightforward loader to compare with: json.loads per line, upserts of 500 through qdrant-client.

Usage: python bench/python_loader.py FILE URL COLLECTION
Needs `pip install qdrant-client`. Prints the seconds it took, from start to the last upsert.
"""
import json
import sys
import time
import uuid

from qdrant_client import QdrantClient
from qdrant_client.models import Distance, PointStruct, VectorParams

BATCH = 500


def main(file, url, collection):
    started = time.perf_counter()
    client = QdrantClient(url=url, timeout=120, check_compatibility=False)
    points = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            vector = record.pop("embedding")
            if not points and not client.collection_exists(collection):
                params = VectorParams(size=len(vector), distance=Distance.COSINE)
                client.create_collection(collection, vectors_config=params)
            point_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, record["id"]))
            points.append(PointStruct(id=point_id, vector=vector, payload=record))
            if len(points) == BATCH:
                client.upsert(collection, points)
                points = []
    if points:
        client.upsert(collection, points)
    print(f"{time.perf_counter() - started:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
