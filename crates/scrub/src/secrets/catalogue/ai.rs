use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, between, exactly};

/// Models and what is built on them.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "openai-key",
        "OpenAI",
        "API key of a project, a service account or an administrator",
        &["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"],
        &[at_least(40, Alphabet::WORD)],
    ),
    Token::new(
        "openai-user-key",
        "OpenAI",
        "API key of a user",
        &["sk-"],
        &[exactly(48, Alphabet::ALNUM)],
    )
    .weak(),
    Token::new(
        "deepseek-key",
        "DeepSeek",
        "API key",
        &["sk-"],
        &[exactly(32, Alphabet::LOWER_ALNUM)],
    )
    .weak(),
    Token::new(
        "anthropic-key",
        "Anthropic",
        "API, administrator or OAuth key",
        &["sk-ant-"],
        &[at_least(40, Alphabet::WORD)],
    ),
    Token::new(
        "openrouter-key",
        "OpenRouter",
        "API key",
        &["sk-or-v1-"],
        &[exactly(64, Alphabet::HEX)],
    ),
    Token::new(
        "groq-key",
        "Groq",
        "API key",
        &["gsk_"],
        &[at_least(48, Alphabet::ALNUM)],
    ),
    Token::new(
        "xai-key",
        "xAI",
        "API key",
        &["xai-"],
        &[at_least(60, Alphabet::ALNUM)],
    ),
    Token::new(
        "perplexity-key",
        "Perplexity",
        "API key",
        &["pplx-"],
        &[at_least(40, Alphabet::ALNUM)],
    ),
    Token::new(
        "replicate-token",
        "Replicate",
        "API token",
        &["r8_"],
        &[exactly(37, Alphabet::ALNUM)],
    ),
    Token::new(
        "huggingface-token",
        "Hugging Face",
        "access token of a user",
        &["hf_"],
        &[exactly(34, Alphabet::ALNUM)],
    ),
    Token::new(
        "huggingface-org-token",
        "Hugging Face",
        "API token of an organisation",
        &["api_org_"],
        &[exactly(34, Alphabet::ALNUM)],
    ),
    Token::new(
        "pinecone-key",
        "Pinecone",
        "API key",
        &["pcsk_"],
        &[at_least(50, Alphabet::IDENTIFIER)],
    ),
    Token::new(
        "elevenlabs-key",
        "ElevenLabs",
        "API key",
        &["sk_"],
        &[exactly(48, Alphabet::HEX)],
    ),
    Token::new(
        "together-key",
        "Together AI",
        "API key",
        &["tgp_v1_"],
        &[at_least(40, Alphabet::WORD)],
    ),
    Token::new(
        "fireworks-key",
        "Fireworks AI",
        "API key",
        &["fw_"],
        &[between(20, 30, Alphabet::ALNUM)],
    )
    .weak(),
    Token::new(
        "cerebras-key",
        "Cerebras",
        "API key",
        &["csk-"],
        &[exactly(48, Alphabet::LOWER_ALNUM)],
    ),
    Token::new(
        "voyage-key",
        "Voyage AI",
        "API key",
        &["pa-"],
        &[exactly(43, Alphabet::WORD)],
    )
    .weak(),
    Token::new(
        "jina-key",
        "Jina AI",
        "API key",
        &["jina_"],
        &[at_least(50, Alphabet::WORD)],
    ),
    Token::new(
        "nvidia-key",
        "NVIDIA",
        "API key",
        &["nvapi-"],
        &[at_least(50, Alphabet::WORD)],
    ),
    Token::new(
        "tavily-key",
        "Tavily",
        "API key",
        &["tvly-"],
        &[at_least(20, Alphabet::WORD)],
    ),
    Token::new(
        "firecrawl-key",
        "Firecrawl",
        "API key",
        &["fc-"],
        &[exactly(32, Alphabet::HEX)],
    ),
    Token::new(
        "e2b-key",
        "E2B",
        "API key",
        &["e2b_"],
        &[exactly(40, Alphabet::HEX)],
    ),
];
