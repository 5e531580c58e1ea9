/** What Apollo Sandbox opens with. Each operation runs as it stands on the bundled sample corpus. */
export const EXAMPLE_OPERATIONS = `# Search by meaning; "by …" becomes a filter on authors.
query ByAuthor {
  search(query: "Mentions of point clouds by Tian-Xing Xu", first: 5) {
    totalCount
    interpretation { text authors }
    nodes { rank score paper { id title authors { name } submittedAt url } }
  }
}

# Narrow the search: categories, years, words, and what to leave out.
query Filtered {
  search(
    query: "how do neural networks learn from text"
    filter: {
      archives: { in: ["cs", "stat"] }
      submitted: { gte: "2013-01-01", lte: "2023-12-31" }
      not: { title: { match: "survey" } }
    }
  ) {
    nodes { score paper { title categories { code } submittedAt } }
    pageInfo { hasNextPage endCursor }
  }
}

# A paper in any form of its identifier, and what is like it.
query PaperAndItsNeighbours {
  paper(id: "https://arxiv.org/abs/1706.03762v5") {
    title
    abstract
    authors { name }
    similar(first: 5) { score paper { id title } }
  }
}

# Several searches in one request: one embeddings call, one call to the store.
query Compare {
  gravity: search(query: "gravitational waves", first: 3) { nodes { score paper { title } } }
  graphs: search(query: "neural networks on graphs", first: 3) { nodes { score paper { title } } }
  quantum: search(query: "quantum error correction", first: 3) { nodes { score paper { title } } }
}

# Without a query: the newest papers that the filter selects.
query Newest {
  search(filter: { primaryCategory: { in: ["cs.CL"] } }, first: 5) {
    totalCount
    nodes { paper { title submittedAt } }
  }
}

query WhatIsServed {
  corpus { count earliest latest embeddingModel dimension store collection }
}
`;
