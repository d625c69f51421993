package server

// Names of headers in the canonical form of net/http.
const (
	hACL               = "X-Amz-Acl"
	hBucketARN         = "X-Amz-Bucket-Arn"
	hBucketRegion      = "X-Amz-Bucket-Region"
	hChecksumAlgorithm = "X-Amz-Checksum-Algorithm"
	hChecksumMode      = "X-Amz-Checksum-Mode"
	hChecksumType      = "X-Amz-Checksum-Type"
	hContentMD5        = "Content-Md5"
	hCopySource        = "X-Amz-Copy-Source"
	hCopySourceRange   = "X-Amz-Copy-Source-Range"
	hExpectedOwner     = "X-Amz-Expected-Bucket-Owner"
	hIfInitiated       = "X-Amz-If-Match-Initiated-Time"
	hIfModified        = "X-Amz-If-Match-Last-Modified-Time"
	hIfSize            = "X-Amz-If-Match-Size"
	hMetadataDirective = "X-Amz-Metadata-Directive"
	hObjectLength      = "X-Amz-Object-Size"
	hObjectOwnership   = "X-Amz-Object-Ownership"
	hObjectSize        = "X-Amz-Mp-Object-Size"
	hRedirect          = "X-Amz-Website-Redirect-Location"
	hRenameSource      = "X-Amz-Rename-Source"
	hSDKChecksum       = "X-Amz-Sdk-Checksum-Algorithm"
	hSourceOwner       = "X-Amz-Source-Expected-Bucket-Owner"
	hStorageClass      = "X-Amz-Storage-Class"
	hTagging           = "X-Amz-Tagging"
	hTaggingDirective  = "X-Amz-Tagging-Directive"

	metaPrefix     = "X-Amz-Meta-"
	checksumPrefix = "X-Amz-Checksum-"
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}
