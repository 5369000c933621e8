"""Support's quick questions: what a text from a search box is, and what belongs to ids that were found."""

from collections.abc import Collection

from sqlalchemy import text
from sqlmodel import Session, col, select

from pipeline.adapters.tables import CatalogueProduct, Vendor


def is_sku(session: Session, searched: str) -> bool:
    """Whether an error or a product has this SKU."""
    return _is_there(
        session,
        """
        SELECT EXISTS (SELECT FROM validation_errors WHERE sku = :searched)
            OR EXISTS (SELECT FROM products WHERE sku = :searched)
        """,
        searched,
    )


def is_vendor_product_id(session: Session, searched: str) -> bool:
    """Whether an error is about a product that its vendor calls so."""
    return _is_there(
        session, "SELECT EXISTS (SELECT FROM validation_errors WHERE vendor_product_id = :searched)", searched
    )


def product_with(session: Session, sku: str) -> CatalogueProduct | None:
    return session.exec(select(CatalogueProduct).where(CatalogueProduct.sku == sku)).first()


def vendor_names(session: Session, vendor_ids: Collection[str]) -> dict[str, str]:
    rows = session.exec(select(Vendor).where(col(Vendor.vendor_id).in_(vendor_ids)))
    return {vendor.vendor_id: vendor.vendor_name for vendor in rows}


def _is_there(session: Session, question: str, searched: str) -> bool:
    return bool(session.connection().execute(text(question), {"searched": searched}).scalar_one())
