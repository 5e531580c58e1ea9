"""A straightforward search API to compare with: FastAPI and qdrant-client in one process, as in tutorials.

Usage: python bench/python_wrapper.py URL COLLECTION PORT SOURCE
Needs `pip install fastapi uvicorn qdrant-client`. `POST /search` with {"query": ...} answers with the payloads of ten papers.
SOURCE is the folder of PaperQL's bundled model, which then embeds each query as it arrives
(`pip install onnxruntime tokenizers`), or a JSON file with an object of embeddings by query.
"""
import json
import os
import sys

import numpy
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from qdrant_client import QdrantClient
from qdrant_client.models import SearchParams

FIELDS = ["id", "title", "abstract", "authors", "categories", "submitted_at"]


class Question(BaseModel):
    query: str


def read_vectors(file):
    """Embeddings that were computed earlier, by query."""
    with open(file, encoding="utf-8") as text:
        return json.load(text).__getitem__


def open_model(folder):
    """Embeds a text, cut at 128 tokens; the graph itself pools and scales."""
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.enable_truncation(128)
    tokenizer.no_padding()
    session = InferenceSession(os.path.join(folder, "onnx", "model_quantized.onnx"))

    def embed(query):
        ids = numpy.array([tokenizer.encode(query).ids], dtype=numpy.int64)
        (embeddings,) = session.run(None, {"input_ids": ids, "attention_mask": numpy.ones_like(ids)})
        return embeddings[0].tolist()

    return embed


def create_app(url, collection, embed, limit=10, hnsw_ef=100):
    app = FastAPI()
    client = QdrantClient(url=url, api_key=os.environ.get("QDRANT_API_KEY"), check_compatibility=False)

    @app.post("/search")
    def search(question: Question):
        found = client.query_points(
            collection,
            query=embed(question.query),
            limit=limit,
            search_params=SearchParams(hnsw_ef=hnsw_ef),
            with_payload=FIELDS,
        )
        return {"result": [{"score": point.score, **point.payload} for point in found.points]}

    return app


def main(url, collection, port, source):
    embed = open_model(source) if os.path.isdir(source) else read_vectors(source)
    uvicorn.run(create_app(url, collection, embed), host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
