"""Every table, declared once. `sql/migrations/` creates them, and a test compares the two.

Indexes, checks and triggers are in the migrations only. The fields that clients see are plain models (`…Fields`), which
the API's shapes inherit.
"""

from sqlmodel import SQLModel

from pipeline.postgres.tables.access import ApiKey, IdempotencyKey, PortalSession, RequestAllowance, SignInAllowance
from pipeline.postgres.tables.catalogue import CatalogueChange, ExportTable
from pipeline.postgres.tables.errors import ErrorCount, ErrorFacts, ErrorFields, ValidationError
from pipeline.postgres.tables.mails import Mail, MailStop
from pipeline.postgres.tables.products import CategoryFields, Number, Product, ProductCategory, ProductFields
from pipeline.postgres.tables.uploads import (
    CorrectedRow,
    Correction,
    LeftOutValues,
    RowRejectedAgain,
    UploadTable,
    UploadWork,
)
from pipeline.postgres.tables.vendors import CategoryAlias, RememberedHeaderTable, SupportActionTable, VendorTable
from pipeline.postgres.tables.webhooks import DeliveryFields, Webhook, WebhookDelivery, WebhookFields

METADATA = SQLModel.metadata

__all__ = [
    "METADATA",
    "ApiKey",
    "CatalogueChange",
    "CategoryAlias",
    "CategoryFields",
    "CorrectedRow",
    "Correction",
    "DeliveryFields",
    "ErrorCount",
    "ErrorFacts",
    "ErrorFields",
    "ExportTable",
    "IdempotencyKey",
    "LeftOutValues",
    "Mail",
    "MailStop",
    "Number",
    "PortalSession",
    "Product",
    "ProductCategory",
    "ProductFields",
    "RememberedHeaderTable",
    "RequestAllowance",
    "RowRejectedAgain",
    "SignInAllowance",
    "SupportActionTable",
    "UploadTable",
    "UploadWork",
    "ValidationError",
    "VendorTable",
    "Webhook",
    "WebhookDelivery",
    "WebhookFields",
]
