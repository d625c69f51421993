package server

// documentOperations are about the documents of a Space: who may do what in
// it, and what it is configured to do.
func documentOperations() []operation {
	get := func(name, subresource, action string, run func(*call) error) operation {
		return operation{name: name, method: "GET", scope: space, query: []string{subresource}, action: action, run: run}
	}
	put := func(name, subresource, action string, run func(*call) error) operation {
		return operation{name: name, method: "PUT", scope: space, query: []string{subresource}, action: action, body: document, run: run}
	}
	remove := func(name, subresource, action, doc string) operation {
		return operation{name: name, method: "DELETE", scope: space, query: []string{subresource}, action: action, run: deleteDocument(doc)}
	}
	lifecycle := put("PutBucketLifecycleConfiguration", "lifecycle", "s3:PutLifecycleConfiguration", (*call).putLifecycle)
	lifecycle.limit = lifecycleLimit
	signed := func(op operation, refused string) operation {
		op.unsigned = refused
		return op
	}
	return []operation{
		get("GetBucketPolicy", "policy", "s3:GetBucketPolicy", (*call).getPolicy),
		put("PutBucketPolicy", "policy", "s3:PutBucketPolicy", (*call).putPolicy),
		remove("DeleteBucketPolicy", "policy", "s3:DeleteBucketPolicy", docPolicy),
		get("GetBucketPolicyStatus", "policyStatus", "s3:GetBucketPolicyStatus", (*call).policyStatus),

		get("GetBucketCors", "cors", "s3:GetBucketCORS", getDocument(docCORS, "NoSuchCORSConfiguration")),
		put("PutBucketCors", "cors", "s3:PutBucketCORS", putDocument(docCORS, "CORSConfiguration", checkCORS)),
		remove("DeleteBucketCors", "cors", "s3:PutBucketCORS", docCORS),

		get("GetBucketLifecycleConfiguration", "lifecycle", "s3:GetLifecycleConfiguration", getDocument(docLifecycle, "NoSuchLifecycleConfiguration")),
		lifecycle,
		remove("DeleteBucketLifecycle", "lifecycle", "s3:PutLifecycleConfiguration", docLifecycle),

		get("GetBucketTagging", "tagging", "s3:GetBucketTagging", getDocument(docTagging, "NoSuchTagSet")),
		put("PutBucketTagging", "tagging", "s3:PutBucketTagging", (*call).putSpaceTagging),
		remove("DeleteBucketTagging", "tagging", "s3:PutBucketTagging", docTagging),

		get("GetBucketEncryption", "encryption", "s3:GetEncryptionConfiguration", (*call).getEncryption),
		put("PutBucketEncryption", "encryption", "s3:PutEncryptionConfiguration", (*call).putEncryption),
		remove("DeleteBucketEncryption", "encryption", "s3:PutEncryptionConfiguration", docEncryption),

		get("GetBucketLogging", "logging", "s3:GetBucketLogging", (*call).getLogging),
		put("PutBucketLogging", "logging", "s3:PutBucketLogging", (*call).putLogging),

		get("GetBucketWebsite", "website", "s3:GetBucketWebsite", (*call).getWebsite),
		put("PutBucketWebsite", "website", "s3:PutBucketWebsite", putDocument(docWebsite, "WebsiteConfiguration", checkWebsite)),
		remove("DeleteBucketWebsite", "website", "s3:DeleteBucketWebsite", docWebsite),

		signed(get("GetBucketOwnershipControls", "ownershipControls", "s3:GetBucketOwnershipControls", getDocument(docOwnership, "OwnershipControlsNotFoundError")), anonymousGet),
		signed(put("PutBucketOwnershipControls", "ownershipControls", "s3:PutBucketOwnershipControls", putDocument(docOwnership, "OwnershipControls", checkOwnership)), anonymousPut),
		signed(remove("DeleteBucketOwnershipControls", "ownershipControls", "s3:PutBucketOwnershipControls", docOwnership), anonymousPut),

		get("GetPublicAccessBlock", "publicAccessBlock", "s3:GetBucketPublicAccessBlock", getDocument(docBlock, "NoSuchPublicAccessBlockConfiguration")),
		put("PutPublicAccessBlock", "publicAccessBlock", "s3:PutBucketPublicAccessBlock", (*call).putBlock),
		remove("DeletePublicAccessBlock", "publicAccessBlock", "s3:PutBucketPublicAccessBlock", docBlock),
	}
}
