/** Lists of words, and endings, all in lower case. */

/** Words that end a name: what follows them is about something else. */
export const SMALL_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above across after against all along also am among an and any are around as at be been before behind ' +
    'below beneath beside besides between beyond both but by can concerning could despite do does during each ' +
    'except excluding following for from had has have how if in including inside instead into is it its just ' +
    'last like may more most must near no nor not of off on onto or our out outside over past per regarding ' +
    'shall should since so some such than that the their them then there these they this those through throughout ' +
    'till to toward towards under unless until up upon using versus via vs was we were what when where which ' +
    'et und while who whom whose why will with within without would you your ' +
    'about authored published submitted posted written paper papers article articles preprint preprints work works'
  ).split(' '),
);

/**
 * Words that do not indicate a name, in any case of letters. Most occur in 130 or more of 50,000 titles and abstracts
 * of arXiv and at most a fifth as often in the names of their authors. The others are words of physics and
 * mathematics, surnames that have become terms (`Markov`, `Fourier`), months, and words that follow "by" in any text
 * (`hand`, `chance`).
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `
able about above absence absent absolute abstract abundant academic accelerate accelerated accelerating
acceptance accepted access accident accommodate accompanied according accordingly account accounting
accumulate accumulated accuracies accuracy accurate accurately achieve achieved achieving acoustic acquire
acquired acquiring across act acting action activated active actively acts actual ada adapt adapted adapter
adapting adaptively add added adding additional address addressed addresses addressing adds adequately
adherence adjacent adjust adjusting adopt adopted adopting advance advanced advancing advantage advent
adversarial adverse aerial aesthetic affect affected affecting after against age agent agentic aggregate
aggregated aggregating aggressive agnostic agricultural agriculture ai aid aided aim aimed aiming aims air
algebra algebraic algorithm algorithmic align aligned aligning all alleviate alleviating allocate allow
allowing almost alone along alongside alpha already also alter altering alternating although always amazon
ambiguous among amount amplified amplifies amplify amplifying analogous analogy analyse analysis analytical
analytics analyze analyzed analyzing anatomical anatomy anchor anchored anchoring and angle angular animal
annotate annotated annotating annotators anomalies anomaly anonymous another answer answering anthropic
anticipate any anyone anything aperture apparent appear appearance apple applied applies apply applying
approach approaches approaching appropriate approx approximate approximately april arabic arbitrary
architectural architecture are area arena argue arise arising arithmetic around array art article artifact
artificial artistic ask asking aspect assess assessed assesses assessing asset assign assigned assigning
assist assistance assistant assisted associated assume assumed assuming asynchronous atom atomic attack
attains attempt attracted attribute attributed audio audit auditing augmented augmenting august authentic
author auto autoencoder automate automated automatic automating autonomous autonomously autonomy
autoregressive auxiliary avatar average averaging avoid avoiding aware away axes axiom axis back backbone
background backprop backward balance balanced balancing banach bandwidth bank barrier base based baseline
basic basis batch bayes bayesian beam because become becoming been before begin behavior behavioral behaviour
behind being belief believe bellman below bench benchmark benchmarked benchmarking beneficial benefit
benefiting benign bernoulli besides best better between beyond bias biased biases bicycle bidirectional big
bilingual billion binary binding bio biological biomedical bird bit black blending blind block blur body
boltzmann boost boosting boson both bottleneck bound boundaries boundary bounded bounding box boxes brain
branch branches break breaking breakthroughs breast bridge bridging bring brittle broad broader broadly bubble
budget build building built bundle burden bus but bypass cache caching calculus calibrate calibrated call
called calling camera can cancer candidate cannot canonical captioning capture captured capturing car carbon
cardiac care careful carefully carlo carry cascade cascaded case catastrophic categorical categories
categorize category causal cause caused causing ceiling cell center centered central centric certain chain
challenge challenged challenging chance change changing channel character characteristic characterize
characterizing charm chart chat check checking checkpoints chest children chinese choice choose chosen christmas chunks circuit
cities city claim clarify class classes classic classical classified classifier classify classifying claude
clean clear clearly client climate clinical clinicians clips close closed closely closer cloud cluster
clustering coarse code codebook coding coefficient coherence coherent cohort collaboratively collapse
colleagues collect collected collecting collectively collider color combinatorial combinatorics combine
combined combining come comet commerce commercial common commonly commonsense communicate comp compact compare
compared comparing comparison compelling compensate competence competing complementary complete completed
completely complex compliance complicated component composed composite compositional comprehensive
comprehensively compress compressed compresses compressing comprises comprising compromise compromising
computational compute computed computer computing concentrate concentrated concept conceptual concern concise
conclude concrete concretely concurrently conditional conditioned conditioning conduct conducted conducting
confidence confident confined confirm confirmed confirming conflict conflicting conjecture connect connected
connecting consensus consent consequences consequently consider considered considering consistency consistent
consistently consisting consists constant constitutes constrain constrained constraining constraint construct
constructed constructing consumer contact contain containing contemporary content context contextual continual
continue continued continuous continuously contrast contrasting contribute contributing control controlled
controller controlling conv conventional converge convergence conversational conversely convert converted
converting convex convey convolutional coordinate coordinated core cornerstone corollary corpora corpus
correct corrected correcting correctly correlate correlated correspond correspondence corresponding corrupted
cosine cosmic cosmological cost costly could count counterfactual counterpart counting countries coupled
couples coupling cover coverage covering crafted create created creating credit criteria criterion critic
critical critique crop cross crucial crystal cue cues cultural culture curate curated current currently
curriculum curvature curve custom customer cycle daily damage dark data database dataset date day days dealing
debate debiasing decay december decide decline decoded decoder decoding decompose decomposed decomposing
decouple decoupled decoupling decrease dedicated deep deeper deepfake deeply deepmind default defect defense
deficiencies define defined defining degrade degraded degrading degree deliver delivering delivery delta
demand demanding demo demonstrate demonstrated demonstrating denoising dense densely depend dependence
dependencies dependency dependent depending deploy deployed deploying depth derive derived deriving descent
describe described describing descriptors design designed designing desired despite detail detailed detect
detected detecting detector determine determined determining deterministic develop developed developers
developing deviate device devise diagnose diagnosing diagnosis diagnostic diagrams dialogue dice dictionary
did diff differ difference different differential differently difficult difficulties difficulty digital
dilemma dimensional dint dipole dirac direct directed directional directly disaster discarding discourse
discover discovered discovering discovery discrepancies discrepancy discrete discuss disease disentangle
disentangled disentangling display disrupt distance distant distill distilled distilling distinct distinguish
distinguishes distinguishing distractors distributed distributional diverge divergence diverse doc does doing
domain dominant dominate dominated don done down downstream draft draw drawing drawn dream drift drive driven
driver driving drone drop dropout drug dual due during dwarf dynamic each ear earlier early earth easier
easily easter easy ecological economic ecosystem edge edit edited editing educational effect effectively efficacy
efficiency efficient efficiently effort ego egocentric eigenvalue eight einstein either elastic electron
electronic electroweak elicit eliminate eliminating email embed embedded embedding embodied emerge emerged
emergence emergency emergent emerging emotional emphasis emphasize emphasizing empirical employ employed
employing empowering enable enabled enabling encode encoded encoder encoding encompasses encompassing
encounter encountered encourage encouraging end energy enforce enforcing engage engaging engine engineering
english enhance enhanced enhancing enough enrich enriched enriching ensemble ensure ensuring entangled
enterprise entire entirely entity entries entropy environmental episodic epistemic equal equilibrium equipped
equivalence equivalent era ergodic erroneous error essential establish established establishes establishing
estimate estimated estimating estimator etc ether ethical euclidean euler eval evaluate evaluated evaluating
evaluator even event every everyday everyone evidence evolutionary evolve evolved evolving exact exactly
examine examined examining example exceed exceeding excel excellent exceptional excessive exchange exclusively
execute executed executing exhibit exhibited exhibiting exist existence existing exotic expand expanded
expanding expected expensive experience experimental expert expertise explain explaining explicit explicitly
exploit exploiting exploratory explore explored exploring exponential expose exposed exposing exposure express
expressed expressive extend extended extending extensive extensively extent external extra extract extracted
extracting extractor extreme extremely eye face facebook faced facial facilitate facilitating fact factor
factual fail failed failing failure fair faithful faithfully fake fall false families family far fashion fast
faster favor fax feature featuring february fed federated feed feedback fermion ferromagnetic ferry few fewer
fiat field files fill filter filtered filtering final finance financial find finding fine finetuned finetuning
finite fire first firstly fit fitting five fixed flash flat flawed flexibly flow fluency fluent fluid flux
focal focus focused focuses focusing fold follow followed following food foot footage footprint for force
forcing forecasting foreground forensic forest forgery forgetting form formal formalize format former forming
formulate formulated forward foster fostering found foundational four fourier fragile fragmented frame
framework framing free freedom french frequencies frequency frequent frequently friday from frontier frozen
full fully functional functor fundamental further furthermore fuse fused fusing fusion future gain gained
galactic galaxies galaxy galerkin game gamma gap gaps garnered gas gate gated gating gauge gaussian gaze
gemini gemma gen gender general generalist generalize generalizing generate generated generating generator
generic genuine genuinely geo geodesic geometries geospatial german get git github give given giving global
gluon goal gold good google governance governed governing grad gradient grading grained grammar grammatical
granular graph graphene graphical graphics gravitational great greater greatly greedy grid ground grounded
grounding group grouping grow growing growth guarantee guard guidance guide guided guidelines guiding hacking
had hadron half hallucinate hallucinated halo halves hamiltonian hand handcrafted handle handling hard harder
hardware harm harmful harnessing has hate have having head health healthcare healthy heart heavily heavy help
helpful helping hence here herself heterogeneous heuristic hidden hierarchical hierarchies hierarchy higgs
high higher highest highlight highlighted highlighting highly hilbert him himself hinder hindered hindering
historical histories history hold hole holistic homogeneous homotopy hook hope hopfield horizon hours how
however https hub hugging huggingface human hundreds hybrid hydrogen hyper hyperbolic hyperparameter
hyperspectral hypotheses hypothesis hypothesize idea ideal identical identified identifies identify
identifying ignore ignoring iii illustrate image imagery imaging imbalance imbalanced immediate immersive
impact imperfect implemented implementing implicit implicitly importance important importantly impose
impractical impressive improve improved improving inaccuracies inaccurate inadequate inches include included
including inclusive incomplete inconsistencies inconsistency inconsistent incorporate incorporated
incorporating incorrect increase increased increasing increasingly incremental incur incurring independent
independently index indicate indicating indicator indices indirect individual indoor induce induced industrial
industry inefficiencies inefficiency inefficient inevitably infer inference inferred inferring infinite
influence influenced inform informed infrared infrastructure inherent inherently initial inject injected
injecting inner inpainting input inside insight inspired instance instantiate instead instruct instructional
insufficient insufficiently integer integral integrate integrated integrating intelligence intelligent
intended intensive intent inter interact interacting interest interface interference interleaved intermediate
internal internalize international internet interplay interpret interpreted interpreting interval into
intricate intrinsic introduce introduced introducing invariance invariant inverse investigate investigated
investigating involve involved involving irregular irrelevant isolate isolated isolating isotope issue item
iteratively its itself jacobi jailbreak january japanese jet jets joint jointly judge july june just kalman
keep keeping kernel key keypoint kind kinematic kinetic know knowledge known krylov lab label labeled labeling
labor lack lacking lagrangian lanczos land landmarks landscape langevin language laplace laplacian large
largely larger largest last lastly late latency latent later latest latter lattice law laws layer layered
layout lead leaderboard leading leakage learn learned learner learning least leave leaving led left legal
lemma length lengthy lens lensing lepton lesion less level leverage leveraged leveraging lexical library
license lie lies life lifecycle lifting light lighting lightweight like likelihood likely limit limited
limiting line linear linearly lingual linguistic link linked linking lipschitz list lite literature little
live llama load local localize localizing locate log logic llm logical logit logs long longer longitudinal look
loop loss losses lost low lower lowest luck lung lyapunov machine macro made magnet magnetic magnitude mail
main mainly mainstream maintain maintained maintaining maintenance major make making malicious mamba manage
managing manifold manipulate manipulated manner manual manufacturing many map mapped mapping maps margin
marginal markedly markers market markov martingale mask masked masking mass massive match matched matches
matching material math mathematical mathematics matrices matrix matter max maximize maximizing maximum maxwell
may me mean meaning meaningful meanwhile measure measured measuring mechanical mechanistic med media median
medical medicine medium meet mem memories memory men mental merely merge merging mesh meshes meson message meta
metadata metal method methodological methodologies meticulously metric micro microscopy microsoft middle might
mild million mimic mind mini minimal minimize minimizing minimum mining minor minutes mirror misaligned
misleading mismatch mismatches miss missed missing mistake mistral misuse mitigate mitigating mix mixed mixing
mixture mobile modal mode model modeled modeling modelling moderate modern modest modified modify modifying
modular modulate module molecular molecule moment monday monitor monitoring monocular monolingual monolithic
monte month moon moral more moreover morphological most mostly motion motivate motivated motivating mouth move
moving much multi multidimensional multilingual multimodal multiple multiscale muon must mutual myself naive
name named namely nano narrow nash national native natural nature navigate navigating near nearest nearly
necessarily necessary necessitates necessitating need needed neglect neglecting neighborhood neighboring
neither net network neural neuro neurons neutral neutrino neutron never nevertheless new newly news newton
newtonian next night nightfall nine nobody node noise noisy non none nonlinear noon nor norm normal not
notably note notion novel novelty november now nuanced nuances nuclear nuclei nucleon nucleus number numerical
numerous nvidia object obscure observe observed observing obstacle obtain obtained obtaining occluded
occupancy occur october off offer offering official offline often omni once one ones ongoing online only onto
opaque open openai opening operate operating operational operator opinion optical optimal optimize optimizer
optimizing option optional opus oracle orbit orbital order ordered ordering ordinary organize oriented
original orthogonal other otherwise our ourselves out outcome outdoor outliers outline outperform outperformed
outperforming output outside outstanding over overall overcome overcoming overfitting overhead overlap
overlapping overlook overlooked overlooking overly oversight overview owing own page pair paired pairing
pairwise paper par paradigm parallel parameter pareto parsing part partial participants particle particular
particularly partitioning pass passages passes passing passive past patch patches path pathological pathway
patient pattern paving peak pearson pedestrian peer penalty people per perceive perceived percent percentage
perceptual perfect perform performance performed performing periodic persist persistence persistent person
persona personal perturbed phase phenomena phenomenon phi phone phonon photon photorealistic physical physics
physiological piece pilot pipeline pivotal pixel place plan plane planner planning plant plasma platform play
player playing plus point poisson policies policy political polymer polynomial pool pooling poor poorly
popular pose posed posing positional positioning possess post posterior potential power powered powerful
practical practice practitioners pragmatic pre precise precisely predefined predict predicted predicting
predictor predominantly preference preferred prefix preliminary preprocessing presence present presented
presenting preserve preserved preserving pressure pretrained pretraining prevailing prevalence prevalent
prevent preventing previous previously price primarily primary prime principal principle principled prior
prioritize prioritizing privacy private pro proactively probabilistic probe probing problem problematic
procedural procedure process processed processes processing produce produced producing product professional
proficiency profile profiling program programming progress progressive progressively prohibitively project
projected prominent promise promising promote promoting prompt prompted prompting prone pronounced proof
propagate proper properties property proposal propose proposed proposing proprietary protocol proton prototype
prove proven provenance provide provided providers providing proving proxies proximal proxy prune pruning
pseudo psychological public publicly published pure purely purpose puzzle pyramid python qcd quadratic
qualitatively quantified quantifies quantify quantifying quantitatively quantum quark quasar qubit queries
query querying quickly qwen radar radiance radiologists rail raise raising random randomly range ranging rank
ranked ranking rapid rapidly rare rarely rate rather rating ratio rational rationale raw ray rays reach
reached reaches reaching read readily reading real realistic realize reason reasoner reasoning recall receive
received receiver recent recently recipe recognize recognizing reconstruct reconstructed reconstructing record
recorded recordings recover recovered recovering recovery recurrent recurring recursive red reduce reduced
reducing redundancy redundant refer reference referred referring refine refined refining reflect reflecting
reformulate reframes refusal regarding regardless regime region regional regular regulatory reinforce
reinforcing related relational relationship relatively release released relevance relevant reliably reliance
relied relies rely relying remain remained remaining remarkably remote removal remove removed removing render
rendered rendering repair repeated repeatedly replace replacing replay replicate report reported reporting
repository represent representational represented representing reproduce request require required requiring
res research researchers residual resilience resilient resistance resolve resolving resonance resource respect
respectively respond response restore restrict restricted restricting result resulting retain retained
retaining rethinking retraining retrieval retrieve retrieved retriever retrieving return reuse reveal revealed
revealing reverse review revisit revisiting reward rewriting rich richer riemann riemannian right rigid
rigorous rigorously ring rise risk road robot robotic robust robustly role rollout room root rote roughly
round route router routine routing rubric rule run running runs runtime sacrificing safe safer safety saliency
salient same sample sampled sampling satellite satisfactory satisfy saturday savings scalar scale scaled
scaling scan scanning scarce scatter scenario scene schedule scheduling schema scheme schrodinger sci science
scientific scope score scored scoring scratch screening script sea seamless seamlessly search second secondary
secondly secure see seed seek seeking seen seg segmented segmenting select selected selecting selectively self
sem semantic semi sense sensing sensor sentence sentinel separate separately separating september sequence
sequential series serious serve server service serving set sets setting setup seven several severe severely
sex shallow shape shaped shaping shapley share shared sharing sharp sharply sheaf sheaves sheer shift shifted
shifting shock short shortcomings shortcut shorter shot should show showcase showcasing showed showing shown
side sight sign signal signatures signed significance significant significantly sim similar similarly simple
simpler simplified simply simulate simulated simulating simulator simultaneous simultaneously since single
singular sites six size skeleton skill skin skip slices slide slightly slow small smaller smart smooth
smoothing social societal soft softmax software solar solely solid solitons solve solved solver solving some
somebody someone sometimes sonnet soon sophisticated sound source sourced space spacetime span spanish
spanning sparse spatial spatio spatiotemporal speaker spearman special specialist species specific specified
specify spectra spectral spectrum speech speed speedup spherical spin spinor splatting split spoken sports
spot spread spurious stabilize stable stack stage standalone standard star start starting state static
statistical statistics status stealth steer steering stellar stem step stereo still stochastic stop stopping
storage store stored storing story straightforward strategic strategies strategy stratified stream streaming
strength strengthen stress strict strictly striking string strong stronger strongest strongly structural
structure structured struggle struggling student studied studies study studying style stylistic sub subgroup
subject suboptimal subsequent subsequently subset subspace substantial subtasks subtle success successful
successfully such suffer sufficient sufficiently suggest suggesting suite suited sum summaries summarize
summary sunday super superconducting superconductor superficial superfluid superior supernova supernovae
supplementary support supported supporting suppress suppresses suppressing surface surgery surgical surpass
surpasses surpassing surprisingly surrogate surrounding surveillance survey survival sustained swin switching
symbolic synergistic synergy syntactic syntax synthesis synthesize synthesizing synthetic system systematic
table tabular tackle tackling tail tailored take taken talk taking target targeted targeting task taxonomy teacher
teaching team teams technical technique technologies temperature template temporal ten tend tendency tensor
term termed test testbed tested testing text textbf textit textsc texttt textual texture than that the their
them themselves then theorem theoretical theories theory there thereby therefore thermal these they think
thinking third this thorough thoroughly those though thought thousands threat three threshold through
throughout throughput thursday thus tied tight tightly time timely timing tiny tissue title today together
token tokenizer tomorrow tone tonight too tool toolkit top topic topological total toward trace tracing track
tracker tracking trade tradeoff traditional traffic train trained training traits trajectories trajectory
transcripts transfer transferred transferring transform transformed transformer transforming transient
translate translated translating transparency transparent transport treat treated treating tree trend trials
trigger triplet true truly trust trustworthy truth tuesday tumor tuned tuning turbo turbulence turbulent
turing turn turning twin twistor two type typed typical ultimately ultra ultrasound unable unbiased uncertain
uncertainty unchanged unclear unconstrained uncover uncovering under underexplored underlying undermines
undermining underperform underrepresented underscore underscoring understand understanding understood
underwater unexplored uni unified unifies uniform uniformly unify unifying unimodal unintended union unique
uniquely unit universal universe unknown unlabeled unlearning unlike unlock unlocking unmanned unnecessary
unprecedented unrelated unsafe unseen unstructured until update updated updating upon upper urban urgent us usage
use used useful user uses using utilize utilizing utterances vacuum valid validate validated validating value
vanilla variance variant variational varied varies variety various vary varying vast vector vehicle verified
verifier verifies verify verifying versatile versus vertical very via viable video view viewpoint virtual vis
vision visual vital vocabulary voice volume vortex vote voting voxel was wasserstein water wave wavelet way
ways weak weaker weakly weaknesses weather web website wednesday week weight weighted weighting well were what
when where whereas whether which while white who whole whose why wide widely widespread wiki wikipedia wild
will win winding window wireless with within without women word work workflow working workload world worldwide worse
would write writing written wrong year yesterday yet yield yielded yielding your yourself zero
`
    .trim()
    .split(/\s+/),
);

/** Endings that names hardly have: `Reparameterization`. */
export const TECHNICAL_ENDING =
  /(?:[st]ions?|ments?|it(?:y|ies)|ness|isms?|i[sz]ed|[ai]ble|tive|(?:olog|graph|metr)(?:y|ic)|ally)$/;
