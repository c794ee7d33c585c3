using System.Text.Json.Serialization;

namespace Sidecar.SessionApi.Repositories;

/// <summary>The answers about repositories, and what transcripts record of them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RepositoryContext))]
[JsonSerializable(typeof(RepositoryBranchCreated))]
[JsonSerializable(typeof(RepositoryMeta))]
internal sealed partial class RepositoryJson : JsonSerializerContext;

/// <summary>The answers in which what is not known is null, not absent.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RecentProjectList))]
[JsonSerializable(typeof(SessionGitInfo))]
internal sealed partial class ProjectJson : JsonSerializerContext;
