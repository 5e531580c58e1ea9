"""A straightforward search API to compare with: FastAPI and qdrant-client in one process, in the way of tutorials.

Usage: python bench/python_wrapper.py URL COLLECTION PORT VECTORS
Needs `pip install fastapi uvicorn qdrant-client`. VECTORS is a JSON file of an object that has the embedding of each query: PaperQL,
too, has those of the bench in its cache. `POST /search` with {"query": ...} answers with the payloads of ten papers.
"""
import json
import os
import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from qdrant_client import QdrantClient
from qdrant_client.models import SearchParams

FIELDS = ["id", "title", "abstract", "authors", "categories", "submitted_at"]


class Question(BaseModel):
    query: str


def create_app(url, collection, vectors, limit=10, hnsw_ef=100):
    app = FastAPI()
    client = QdrantClient(url=url, api_key=os.environ.get("QDRANT_API_KEY"), check_compatibility=False)

    @app.post("/search")
    def search(question: Question):
        found = client.query_points(
            collection,
            query=vectors[question.query],
            limit=limit,
            search_params=SearchParams(hnsw_ef=hnsw_ef),
            with_payload=FIELDS,
        )
        return {"result": [{"score": point.score, **point.payload} for point in found.points]}

    return app


def main(url, collection, port, file):
    with open(file, encoding="utf-8") as vectors:
        app = create_app(url, collection, json.load(vectors))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
