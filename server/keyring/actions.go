package keyring

import "slices"

// readActions and writeActions are what read and readwrite grants allow beyond
// what the one before allows. Every action that is in neither needs
// fullaccess, so that a new one is closed until somebody opens it.
var (
	readActions = []string{
		"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts",
		"s3:GetBucketLocation", "s3:GetBucketVersioning",
		"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes",
		"s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:GetObjectRetention", "s3:GetObjectLegalHold",
	}
	writeActions = []string{
		"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload",
		"s3:PutObjectTagging", "s3:PutObjectVersionTagging", "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging",
	}
)

// Allows says whether a permission allows an action, as policies name it.
func (p Permission) Allows(action string) bool {
	switch {
	case slices.Contains(readActions, action):
		return p.rank() >= Read.rank()
	case slices.Contains(writeActions, action):
		return p.rank() >= ReadWrite.rank()
	}
	return p == FullAccess
}
