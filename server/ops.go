package server

// operations is the whole API. Its order does not matter.
var operations = prepare(
	serviceOperations(), spaceOperations(), listOperations(), unconfiguredOperations(), documentOperations(),
	objectOperations(), archiveOperations(), lockOperations(), multipartOperations(), formOperations(), preflightOperations(),
)

func serviceOperations() []operation {
	return []operation{
		{name: "ListBuckets", method: "GET", scope: service, action: "s3:ListAllMyBuckets", load: loadNone, run: (*call).listSpaces},
		{name: "ListDestroyedBuckets", method: "GET", scope: service, query: []string{"destroyed"}, action: "s3:CreateBucket", load: loadNone, unsigned: anonymousAPI, run: (*call).listDestroyed},
		{name: "UndestroyBucket", method: "POST", scope: service, query: []string{"undestroy"}, action: "s3:CreateBucket", load: loadNone, unsigned: anonymousAPI, recorded: true, run: (*call).undestroySpace},
		{name: "EndDestroyedBucket", method: "DELETE", scope: service, query: []string{"destroyed"}, action: "s3:CreateBucket", load: loadNone, unsigned: anonymousAPI, recorded: true, run: (*call).endDestroyed},
	}
}

func spaceOperations() []operation {
	return []operation{
		{name: "CreateBucket", method: "PUT", scope: space, action: "s3:CreateBucket", body: document, load: loadNone, unsigned: anonymousAPI, creates: true, recorded: true, run: (*call).createSpace},
		{name: "HeadBucket", method: "HEAD", scope: space, action: "s3:ListBucket", run: (*call).headSpace},
		{name: "DeleteBucket", method: "DELETE", scope: space, action: "s3:DeleteBucket", recorded: true, run: (*call).deleteSpace},
		{name: "DestroyBucket", method: "POST", scope: space, query: []string{"destroy"}, action: "s3:DeleteBucket", unsigned: anonymousAPI, recorded: true, run: (*call).destroySpace},
		{name: "GetBucketLocation", method: "GET", scope: space, query: []string{"location"}, action: "s3:GetBucketLocation", run: (*call).spaceLocation},
		{name: "GetBucketAcl", method: "GET", scope: space, query: []string{"acl"}, action: "s3:GetBucketAcl", run: (*call).getSpaceACL},
		{name: "PutBucketAcl", method: "PUT", scope: space, query: []string{"acl"}, action: "s3:PutBucketAcl", body: document, unsigned: anonymousAPI, run: (*call).putSpaceACL},
		{name: "PutBucketVersioning", method: "PUT", scope: space, query: []string{"versioning"}, action: "s3:PutBucketVersioning", body: document, run: (*call).putVersioning},
		{name: "DeleteObjects", method: "POST", scope: space, query: []string{"delete"}, action: "s3:DeleteObject", body: items, limit: deleteLimit, root: "Delete", item: (*call).readDoomed, byKey: true, run: (*call).deleteObjects},
		{name: "RenameObjects", method: "POST", scope: space, query: []string{"renameObjects"}, action: "s3:PutObject", body: items, limit: renameLimit, root: "RenameObjects", item: (*call).readRenaming, byKey: true, run: (*call).renameObjects},
		{name: "ChangeObjects", method: "POST", scope: space, query: []string{"changeObjects"}, action: "s3:PutObject", body: items, limit: deleteLimit, root: "ChangeObjects", item: (*call).readChange, byKey: true, unsigned: anonymousAPI, run: (*call).changeObjects},
	}
}

func listOperations() []operation {
	return []operation{
		{name: "ListObjects", method: "GET", scope: space, action: "s3:ListBucket", run: (*call).listObjects},
		{name: "ListObjectsV2", method: "GET", scope: space, query: []string{"list-type"}, action: "s3:ListBucket", run: (*call).listObjectsV2},
		{name: "ListObjectVersions", method: "GET", scope: space, query: []string{"versions"}, action: "s3:ListBucketVersions", run: (*call).listVersions},
		{name: "ListMultipartUploads", method: "GET", scope: space, query: []string{"uploads"}, action: "s3:ListBucketMultipartUploads", run: (*call).listUploads},
	}
}

func objectOperations() []operation {
	return []operation{
		{name: "GetObject", method: "GET", scope: object, takes: []string{"partNumber", "versionId"}, action: "s3:GetObject", load: loadBody, early: (*call).checkPartNumber, decrypts: true, run: (*call).getObject},
		{name: "HeadObject", method: "HEAD", scope: object, takes: []string{"partNumber", "versionId"}, action: "s3:GetObject", load: loadObject, early: (*call).checkPartNumber, decrypts: true, run: (*call).headObject},
		{name: "PutObject", method: "PUT", scope: object, action: "s3:PutObject", body: stream, locks: true, encrypts: true, run: (*call).putObject},
		{name: "PutObjectExtract", method: "PUT", scope: object, header: hExtract, value: "true", action: "s3:PutObject", byKey: true, body: stream, locks: true, encrypts: true, unsigned: anonymousAPI, run: (*call).putPack},
		{name: "CopyObject", method: "PUT", scope: object, header: hCopySource, source: hCopySource, action: "s3:PutObject", locks: true, encrypts: true, early: (*call).checkCopy, unsigned: anonymousCopy, run: (*call).copyObject},
		{name: "RenameObject", method: "PUT", scope: object, query: []string{"renameObject"}, source: hRenameSource, action: "s3:PutObject", run: (*call).renameObject},
		{name: "DeleteObject", method: "DELETE", scope: object, takes: []string{"versionId"}, action: "s3:DeleteObject", loses: true, run: (*call).deleteObject},
		{name: "GetObjectAcl", method: "GET", scope: object, query: []string{"acl"}, takes: []string{"versionId"}, action: "s3:GetObjectAcl", load: loadObject, asObject: true, run: (*call).getObjectACL},
		{name: "PutObjectAcl", method: "PUT", scope: object, query: []string{"acl"}, takes: []string{"versionId"}, action: "s3:PutObjectAcl", body: document, unsigned: anonymousAPI, run: (*call).putObjectACL},
		{name: "GetObjectAttributes", method: "GET", scope: object, query: []string{"attributes"}, takes: []string{"versionId"}, action: "s3:GetObjectAttributes", load: loadObject, early: (*call).checkAttributes, also: "s3:GetObject", decrypts: true, asObject: true, run: (*call).getObjectAttributes},
		{name: "GetObjectTagging", method: "GET", scope: object, query: []string{"tagging"}, takes: []string{"versionId"}, action: "s3:GetObjectTagging", load: loadObject, run: (*call).getTagging},
		{name: "PutObjectTagging", method: "PUT", scope: object, query: []string{"tagging"}, takes: []string{"versionId"}, action: "s3:PutObjectTagging", body: document, setsTags: true, run: (*call).putTagging},
		{name: "DeleteObjectTagging", method: "DELETE", scope: object, query: []string{"tagging"}, takes: []string{"versionId"}, action: "s3:DeleteObjectTagging", run: (*call).deleteTagging},
	}
}

func multipartOperations() []operation {
	part := []string{"partNumber", "uploadId"}
	upload := []string{"uploadId"}
	return []operation{
		{name: "CreateMultipartUpload", method: "POST", scope: object, query: []string{"uploads"}, action: "s3:PutObject", locks: true, encrypts: true, unsigned: anonymousUpload, run: (*call).createUpload},
		{name: "UploadPart", method: "PUT", scope: object, query: part, action: "s3:PutObject", body: stream, encrypts: true, early: (*call).checkPartNumber, run: (*call).uploadPart},
		{name: "UploadPartCopy", method: "PUT", scope: object, query: part, header: hCopySource, source: hCopySource, action: "s3:PutObject", encrypts: true, early: (*call).checkPartNumber, unsigned: anonymousPart, run: (*call).uploadPartCopy},
		{name: "CompleteMultipartUpload", method: "POST", scope: object, query: upload, action: "s3:PutObject", body: items, limit: completeLimit, root: "CompleteMultipartUpload", item: (*call).readPart, whole: true, encrypts: true, run: (*call).completeUpload},
		{name: "AbortMultipartUpload", method: "DELETE", scope: object, query: upload, action: "s3:AbortMultipartUpload", run: (*call).abortUpload},
		{name: "ListParts", method: "GET", scope: object, query: upload, action: "s3:ListMultipartUploadParts", run: (*call).listParts},
	}
}

// unconfiguredOperations answer for what cannot be configured here what S3
// answers where nothing is: clients ask for it before they do anything else.
func unconfiguredOperations() []operation {
	get := func(name, subresource, action string, run func(*call) error) operation {
		return operation{name: name, method: "GET", scope: space, query: []string{subresource}, action: action, run: run}
	}
	return []operation{
		get("GetBucketVersioning", "versioning", "s3:GetBucketVersioning", (*call).getVersioning),
		get("GetBucketNotificationConfiguration", "notification", "s3:GetBucketNotification", answerEmpty("NotificationConfiguration")),
		get("GetBucketAccelerateConfiguration", "accelerate", "s3:GetAccelerateConfiguration", answerEmpty("AccelerateConfiguration")),
		get("GetBucketRequestPayment", "requestPayment", "s3:GetBucketRequestPayment", (*call).requestPayment),
		get("GetBucketReplication", "replication", "s3:GetReplicationConfiguration", answerMissing("ReplicationConfigurationNotFoundError")),
	}
}

// actionPreflight is not one of S3's: everybody may ask what browsers ask.
const actionPreflight = "cors:Preflight"

func preflightOperations() []operation {
	return []operation{
		{name: "PreflightBucket", method: "OPTIONS", scope: space, action: actionPreflight, run: (*call).preflight},
		{name: "PreflightObject", method: "OPTIONS", scope: object, action: actionPreflight, run: (*call).preflight},
	}
}
