/** The explorer opens with these. Each operation works on the bundled sample corpus. */
export const EXAMPLE_OPERATIONS = `# Search by meaning and words; "by …" becomes a filter on authors.
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

# Why these, and in this order: what each ranking said, how they were fused, and what in the paper fits.
query Explained {
  search(query: "attention for machine translation", first: 5) {
    nodes {
      rank
      score
      paper { title }
      explanation {
        semantic { score rank }
        keyword { score rank }
        fusion { method semanticWeight semanticContribution keywordContribution }
      }
      highlights { field kind parts { text isMatch } }
    }
  }
}

# The same words by meaning alone, by words alone, and fused another way.
query Modes {
  meaning: search(query: "galaxy clusters", mode: SEMANTIC, first: 3) { nodes { score paper { title } } }
  words: search(query: "galaxy clusters", mode: KEYWORD, first: 3) { nodes { score paper { title } } }
  fused: search(
    query: "galaxy clusters"
    ranking: { fusion: { method: RRF, semanticWeight: 0.7 } }
    first: 3
  ) { nodes { score paper { title } } }
}

# Newer papers raised, near-duplicates kept apart.
query RecentAndDiverse {
  search(
    query: "neural networks"
    ranking: { recency: { halfLifeDays: 730, weight: 0.5 }, diversity: 0.3 }
    first: 5
  ) {
    nodes { score paper { title submittedAt } explanation { boosts { kind factor reason } scoreRank } }
  }
}

# Only what is close in meaning, newest first.
query CloseAndNewest {
  search(
    query: "deep learning for images"
    mode: SEMANTIC
    ranking: { scoreThreshold: 0.35 }
    orderBy: { field: SUBMITTED, direction: DESC }
  ) {
    nodes { score paper { title submittedAt } }
  }
}

# Page by page: pass endCursor as "after", or startCursor as "before" with "last" instead of "first".
query Pages($after: String) {
  search(query: "quantum physics", first: 5, after: $after) {
    edges { cursor node { rank paper { title } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}

# Every vector compared instead of the index: the exact answer.
query Exact {
  search(query: "gravitational waves", params: { exact: true }, first: 3) {
    tookMs
    nodes { score paper { title } }
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

# Everything around a page of results in one request.
query Page {
  search(query: "learning from point clouds", first: 5) {
    totalCount
    categories: facets(field: CATEGORY, first: 5) { label count filter }
    years: facets(field: YEAR, first: 5) { label count filter }
    nodes {
      paper {
        title
        bibtex
        authors(first: 3) { name coauthors(first: 3) { author { name } paperCount } }
        categories { code name group }
        similar(first: 3) { paper { title } }
      }
    }
  }
}

# What a text that is being typed may become.
query AsYouType {
  suggest(prefix: "graph ne", first: 3) { kind text paperCount filter }
}

# An author is a name: its spellings, papers and co-authors.
query Author {
  author(name: "K. He") {
    name
    firstYear
    lastYear
    variants { name paperCount }
    coauthors(first: 5) { author { name } paperCount }
    papers(first: 5) { totalCount nodes { paper { title } } }
  }
}

# Towards some papers and away from others.
query Recommend {
  recommend(like: ["1612.00593", "1706.03762"], unlike: ["1512.03385"], first: 5) {
    nodes { score paper { id title } }
  }
}

# The best results put together by category.
query Groups {
  searchGroups(query: "neural networks on graphs", by: CATEGORY, first: 3, groupSize: 2) {
    label
    hitCount
    nodes { rank paper { title } }
  }
}

query WhatIsServed {
  corpus { count earliest latest embeddingModel dimension store collection index { state indexed total } directory { authors titles } }
}
`;
