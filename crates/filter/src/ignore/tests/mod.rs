mod conditions;
mod drafts;
mod files;
mod refused;
