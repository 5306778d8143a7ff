package dev.refrain.gateway.settings;

/** A certificate for localhost, its key, and keys that are not. Secret to nobody. */
final class Pem {
  static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBfzCCASWgAwIBAgIUTh3X35dPKS9rzjU48GEVvn9AihowCgYIKoZIzj0EAwIw
      FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE0NDE1MloYDzIxMjYxMDI4
      MTQ0MTUyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
      PQMBBwNCAAT37BBWK9VA+/alidS9pqovu0XWu/7JytMHV1uJDIzD9+OLaI7aeqP4
      P2780LnGd9bbAOzFLLLZHp/sOyEI9beEo1MwUTAdBgNVHQ4EFgQUOFvgCVdEGQl+
      wb+MUVUix4knZYswHwYDVR0jBBgwFoAUOFvgCVdEGQl+wb+MUVUix4knZYswDwYD
      VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAxlAReklzv2AWZ+x+sla/
      qBUwPRLACZ5CZEXRbn36ZSYCIBrtYgVFIflvTnp16NO7TIM3w6IQS4dlx0/tZTar
      hWkl
      -----END CERTIFICATE-----
      """;

  static final String KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeAD5QAHrLvBB1Xbq
      UKILzqCy0Iqd/OGbr6odOSaOKtmhRANCAAT37BBWK9VA+/alidS9pqovu0XWu/7J
      ytMHV1uJDIzD9+OLaI7aeqP4P2780LnGd9bbAOzFLLLZHp/sOyEI9beE
      -----END PRIVATE KEY-----
      """;

  static final String OTHER_KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRNGPl0KhlHitg3q5
      8ScMkyeCXsdHZouhvMbes7fq1+KhRANCAARa8oUnHjXGq3BEYxV4DiZp5o+0o5H+
      uDn2auaB7vIgdqI14ehnZvyAVImsooq2gPGJGeF3nWSF3xWgAlQrqdO8
      -----END PRIVATE KEY-----
      """;

  static final String OTHER_SORT_OF_KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIHdsRQJLgGSYW4sVuYncNhNT5qCLWwTotDjzxvE5SQcT
      -----END PRIVATE KEY-----
      """;

  private Pem() {}
}
